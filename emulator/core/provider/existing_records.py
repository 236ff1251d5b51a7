"""What a scenario says is there, put into a store: made at once, or when somebody looks."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import PregeneratedIds, SeededRandom, uuid_of
from emulator.core.journal.request_observer import RequestObserver
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import SeedJobs
from emulator.core.state.index import Record
from emulator.core.state.lazy_records import LazyRecords

LAZY_FROM = 100  # so many of an entry are a crowd
MOST_DRAWS = 10_000  # of ids, for the records of one job

# The records of one job of an entry: its number, from 1, its age in seconds, what to draw ids from.
MakeRecord = Callable[[int, float, Backend], tuple[Record, ...]]


def put_existing(existing: SeedJobs, make: MakeRecord, backend: Backend) -> None:
    """The jobs of an entry, the oldest first."""
    crowd = lazy_records_of(existing, make, backend) if can_be_lazy(existing, backend) else None
    if crowd:
        backend.store.put_lazy(crowd)
        return
    for number, age_seconds in enumerate(existing.ages(), 1):
        for record in make(number, age_seconds, backend):
            backend.store.put(record)


def can_be_lazy(existing: SeedJobs, backend: Backend) -> bool:
    """Whether they can wait: nobody counts them, and nothing but the entry says how they go."""
    counted = backend.limits.has_job_limit
    worded = any(rule.plan.options_of(backend.provider) for rule in backend.scenario.jobs)
    return existing.count >= LAZY_FROM and not counted and not worded


def lazy_records_of(existing: SeedJobs, make: MakeRecord, backend: Backend) -> LazyRecords | None:
    """None: an id is not drawn, so that they share it.

    As many ids are drawn as if all were made now, in the same order, and remembered.
    """
    assert isinstance(backend.ids, SeededRandom)  # only those of one job are drawn beforehand
    first = backend.ids.peek(MOST_DRAWS)
    records = make(1, existing.age(0), replace(backend, ids=first, observer=RequestObserver()))
    wordings = tuple(filter(None, (id_template_of(record, first) for record in records)))
    if len(wordings) < len(records):
        return None
    each, begun = first.taken, backend.now()
    drawn = backend.ids.pregenerate(existing.count * each)

    def made(number: int) -> tuple[Record, ...]:
        ids = drawn.part(number * each, (number + 1) * each)
        own = replace(backend, ids=ids, observer=RequestObserver())
        return make(number + 1, existing.age(number), own)

    return LazyRecords(
        count=existing.count,
        kinds=tuple(wording.kind for wording in wordings),
        ids=lambda: zip(*(wording.ids(drawn, each) for wording in wordings), strict=True),
        made_at=lambda number: begun - timedelta(seconds=existing.age(number)),
        make=made,
    )


class IdTemplate(Struct, frozen=True):
    """How the id of one record comes from what was drawn."""

    kind: type[Record]
    place: int  # among the draws for one job
    prefix: str
    spell: Callable[[str], str]  # of 32 hex digits

    def ids(self, drawn: PregeneratedIds, each: int) -> Iterator[str]:
        """Of one job after the other, with so many draws for each."""
        places = range(self.place, len(drawn), each)
        return (self.prefix + self.spell(drawn.hex_at(place)) for place in places)


def id_template_of(record: Record, drawn: PregeneratedIds) -> IdTemplate | None:
    """None: the id was not drawn."""
    for place in range(drawn.taken):
        for spell in (uuid_of, str):
            text = spell(drawn.hex_at(place))
            if record.id.endswith(text):
                return IdTemplate(type(record), place, record.id.removesuffix(text), spell)
    return None
