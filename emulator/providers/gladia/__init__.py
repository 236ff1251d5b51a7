"""Gladia v2: uploads and pre-recorded transcription."""

from emulator.core.contract import Contract
from emulator.core.files import spec
from emulator.core.provider import Provider
from emulator.core.scenario.words import Record, Vocabulary
from emulator.providers.gladia.accounts import PLAN
from emulator.providers.gladia.errors import envelope, finish
from emulator.providers.gladia.existing import (
    ADDONS,
    ERROR_CODE,
    describe,
    make_existing,
    words,
)
from emulator.providers.gladia.filters import prepare
from emulator.providers.gladia.operations import NOT_EMULATED, OPERATIONS
from emulator.providers.gladia.webhooks import WEBHOOKS

CONTRACT = Contract.load(spec("gladia"))
WORDS = Vocabulary(
    jobs=Record(
        "How a job goes at Gladia.",
        {"addons": ADDONS, "error_code": ERROR_CODE, "plan": PLAN},
    ),
    existing=words(CONTRACT),
    operations=(*OPERATIONS, *NOT_EMULATED),
)

GLADIA = Provider(
    name="gladia",
    title="Gladia v2",
    hosts=("api.gladia.io",),
    contract=CONTRACT,
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    words=WORDS,
    make_existing=make_existing,
    describe=describe,
    prepare=prepare,
    spends=frozenset(
        {
            "FileController_upload_v2",
            "PreRecordedController_initPreRecordedJob_v2",
            "TranscriptionController_initPreRecordedJob_v2",
        }
    ),
    finish=finish,
    webhooks=WEBHOOKS,
)
