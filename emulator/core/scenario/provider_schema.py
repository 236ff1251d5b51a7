"""What one provider adds to the scenario language, under its own name."""

from msgspec import Struct, field

from emulator.core.scenario.routes import Route
from emulator.core.scenario.schema.types import ObjectType


class ProviderSchema(Struct, frozen=True):
    """What one provider adds to the language, under its own name."""

    jobs: ObjectType  # in a rule for new jobs
    existing: ObjectType = field(default_factory=lambda: ObjectType("Nothing of its own.", {}))
    recordings: int = 1  # the most that a job of this provider has
    without: tuple[str, ...] = ()  # words for existing jobs that its jobs have nothing for
    operations: tuple[str, ...] = ()  # its operationIds; none: any word may be one
    routes: tuple[Route, ...] = ()  # its documented requests; none: nobody knows them
