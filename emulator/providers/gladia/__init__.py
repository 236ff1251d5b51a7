"""Gladia v2: uploads and pre-recorded transcription."""

from emulator.core.contract import Contract
from emulator.core.files import spec
from emulator.core.provider import Provider
from emulator.core.scenario.words import MapOf, Record, Whole, Word
from emulator.providers.gladia.errors import envelope, finish
from emulator.providers.gladia.filters import prepare
from emulator.providers.gladia.operations import NOT_EMULATED, OPERATIONS, make_existing
from emulator.providers.gladia.render import ADDON_NAMES

WORDS = Record(
    "How a job goes at Gladia.",
    {
        "addons": MapOf(
            "Which add-ons of a job that is done failed.",
            keys=Word("The add-on.", *ADDON_NAMES, noun="add-on"),
            values=Word("Its end.", "failed"),
        ),
        "error_code": Whole("The error_code of a job that fails.", least=400, most=599),
    },
)

GLADIA = Provider(
    name="gladia",
    title="Gladia v2",
    hosts=("api.gladia.io",),
    contract=Contract.load(spec("gladia")),
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    words=WORDS,
    make_existing=make_existing,
    prepare=prepare,
    spends=frozenset(
        {
            "FileController_upload_v2",
            "PreRecordedController_initPreRecordedJob_v2",
            "TranscriptionController_initPreRecordedJob_v2",
        }
    ),
    finish=finish,
)
