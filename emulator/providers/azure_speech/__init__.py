"""Azure AI Speech: batch transcription, REST API v3.1, and the storage behind its content links."""

from emulator.core.base.resources import spec_path
from emulator.core.contract import Contract
from emulator.core.provider.api_request import documented_routes
from emulator.core.provider.provider import Provider
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.providers.azure_speech.errors import envelope
from emulator.providers.azure_speech.existing import describe, make_existing, words
from emulator.providers.azure_speech.operations import NOT_EMULATED, OPERATIONS
from emulator.providers.azure_speech.planning import WORDS, retime
from emulator.providers.azure_speech.render import finish
from emulator.providers.azure_speech.requests import prepare

CONTRACT = Contract.load(spec_path("azure_speech"))
MOST_RECORDINGS = 1000  # of a request, as the contract has it

AZURE_SPEECH = Provider(
    name="azure_speech",
    title="Azure AI Speech, batch transcription v3.1",
    hosts=(
        "*.api.cognitive.microsoft.com",
        "*.cognitiveservices.azure.com",
        "spsvcprod*.blob.core.windows.net",
    ),
    contract=CONTRACT,
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    schema=ProviderSchema(
        WORDS,
        words(CONTRACT),
        MOST_RECORDINGS,
        without=("languages",),
        operations=(*OPERATIONS, *NOT_EMULATED),
        routes=documented_routes("azure_speech", CONTRACT),
    ),
    make_existing=make_existing,
    describe=describe,
    retime=retime,
    prepare=prepare,
    spends=frozenset({"Transcriptions_Create"}),
    finish=finish,
)
