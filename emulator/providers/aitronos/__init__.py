"""Aitronos: transcription jobs by URL, and their results."""

from emulator.core.base.resources import spec
from emulator.core.contract import Contract
from emulator.core.provider.api_request import routes
from emulator.core.provider.provider import Provider
from emulator.core.scenario.provider_schema import Vocabulary
from emulator.core.scenario.schema.types import Duration, Flag, Number, Record, Text, Word
from emulator.providers.aitronos.errors import AT_COMMAND, USUAL_RATE, envelope, finish
from emulator.providers.aitronos.existing import describe, make_existing, words
from emulator.providers.aitronos.operations import NOT_EMULATED, OPERATIONS

CONTRACT = Contract.load(spec("aitronos"))
WORDS = Record(
    "How a job goes at Aitronos.",
    {
        "refresh_seconds": Duration("How old a state may be before a look at the job renews it."),
        "deleted_upstream": Flag("Whether the speech engine's copy goes when a job is deleted."),
        "price_per_minute": Number("What a minute costs that was begun, at normal priority."),
        "currency": Text("What the price is in."),
        "refusal": Word("Why the job is refused.", *AT_COMMAND, noun="refusal"),
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
    words=Vocabulary(
        WORDS,
        words(CONTRACT),
        without=("name", "languages"),
        operations=(*OPERATIONS, *NOT_EMULATED),
        routes=routes("aitronos", CONTRACT),
    ),
    make_existing=make_existing,
    describe=describe,
    spends=frozenset({"create_transcription"}),
    finish=finish,
    usual_rate=USUAL_RATE,
)
