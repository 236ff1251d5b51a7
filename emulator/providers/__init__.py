"""PROVIDERS: the list, one line each."""

from emulator.core.provider.provider import Provider
from emulator.providers.aitronos import AITRONOS
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.gladia import GLADIA
from emulator.providers.phrase_studio import PHRASE_STUDIO

PROVIDERS: tuple[Provider, ...] = (AITRONOS, AZURE_SPEECH, GLADIA, PHRASE_STUDIO)
