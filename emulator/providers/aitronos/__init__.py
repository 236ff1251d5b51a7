"""Aitronos: transcription jobs by URL, and their results."""

from emulator.core.base.resources import spec_path
from emulator.core.contract import Contract
from emulator.core.provider.api_request import documented_routes
from emulator.core.provider.provider import Provider
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.types import (
    BooleanType,
    DurationType,
    NumberType,
    ObjectType,
    StringType,
    WordType,
)
from emulator.providers.aitronos.errors import AT_COMMAND, USUAL_RATE, envelope, finish
from emulator.providers.aitronos.existing import describe, make_existing, words
from emulator.providers.aitronos.operations import NOT_EMULATED, OPERATIONS

CONTRACT = Contract.load(spec_path("aitronos"))
WORDS = ObjectType(
    "How a job goes at Aitronos.",
    {
        "refresh_seconds": DurationType(
            "How old a state may be before a look at the job renews it."
        ),
        "deleted_upstream": BooleanType(
            "Whether the speech engine's copy goes when a job is deleted."
        ),
        "price_per_minute": NumberType("What a minute costs that was begun, at normal priority."),
        "currency": StringType("What the price is in."),
        "refusal": WordType("Why the job is refused.", *AT_COMMAND, noun="refusal"),
    },
)

AITRONOS = Provider(
    name="aitronos",
    title="Aitronos audio",
    hosts=(
        "api.aitronos.com",
        "api.freddy.aitronos.com",
        "freddy-api.aitronos.com",
        "freddy-api.aitronos.ch",
    ),
    contract=CONTRACT,
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    schema=ProviderSchema(
        WORDS,
        words(CONTRACT),
        without=("name", "languages"),
        operations=(*OPERATIONS, *NOT_EMULATED),
        routes=documented_routes("aitronos", CONTRACT),
    ),
    make_existing=make_existing,
    describe=describe,
    spends=frozenset({"create_transcription"}),
    finish=finish,
    usual_rate=USUAL_RATE,
)
