"""Gladia v2: uploads, pre-recorded transcription and live sessions."""

from emulator.core.base.resources import spec_path
from emulator.core.contract import Contract
from emulator.core.provider.api_request import documented_routes
from emulator.core.provider.provider import Provider
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.types import ObjectType
from emulator.providers.gladia.concurrency import PLAN
from emulator.providers.gladia.errors import envelope, finish
from emulator.providers.gladia.existing import (
    ADDONS,
    ERROR_CODE,
    LEGACY,
    describe,
    make_existing,
    omissions,
    words,
)
from emulator.providers.gladia.filters import prepare
from emulator.providers.gladia.live.operations import LIVE_OPERATIONS
from emulator.providers.gladia.live.scenario_words import LIVE
from emulator.providers.gladia.live.socket import SOCKETS
from emulator.providers.gladia.live.webhooks import WEBHOOKS
from emulator.providers.gladia.operations import NOT_EMULATED
from emulator.providers.gladia.operations import OPERATIONS as RECORDED_OPERATIONS

CONTRACT = Contract.load(spec_path("gladia"))
OPERATIONS = {**RECORDED_OPERATIONS, **LIVE_OPERATIONS}
WORDS = ProviderSchema(
    jobs=ObjectType(
        "How a job goes at Gladia.",
        {
            "addons": ADDONS,
            "error_code": ERROR_CODE,
            "plan": PLAN,
            "live": LIVE,
            "legacy_addons": LEGACY,
        },
    ),
    existing=words(CONTRACT),
    operations=(*OPERATIONS, *NOT_EMULATED, *SOCKETS),
    routes=documented_routes("gladia", CONTRACT),
)

GLADIA = Provider(
    name="gladia",
    title="Gladia v2",
    hosts=("api.gladia.io",),
    contract=CONTRACT,
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    schema=WORDS,
    make_existing=make_existing,
    describe=describe,
    omissions=omissions,
    prepare=prepare,
    spends=frozenset(
        {
            "FileController_upload_v2",
            "PreRecordedController_initPreRecordedJob_v2",
            "TranscriptionController_initPreRecordedJob_v2",
            "StreamingController_initStreamingSession_v2",
        }
    ),
    finish=finish,
    webhooks=WEBHOOKS,
    sockets=SOCKETS,
)
