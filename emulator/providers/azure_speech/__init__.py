"""Azure AI Speech: batch transcription, REST API v3.1, and the storage behind its content links."""

from emulator.core.contract import Contract
from emulator.core.files import spec
from emulator.core.provider import Provider
from emulator.providers.azure_speech.errors import envelope
from emulator.providers.azure_speech.operations import NOT_EMULATED, OPERATIONS
from emulator.providers.azure_speech.plans import WORDS, make_existing
from emulator.providers.azure_speech.render import finish
from emulator.providers.azure_speech.requests import prepare

AZURE_SPEECH = Provider(
    name="azure_speech",
    title="Azure AI Speech, batch transcription v3.1",
    hosts=(
        "*.api.cognitive.microsoft.com",
        "*.cognitiveservices.azure.com",
        "spsvcprod*.blob.core.windows.net",
    ),
    contract=Contract.load(spec("azure_speech")),
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    words=WORDS,
    make_existing=make_existing,
    prepare=prepare,
    spends=frozenset({"Transcriptions_Create"}),
    finish=finish,
)
