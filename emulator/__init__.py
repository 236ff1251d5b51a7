"""Speech Emulator: a local server that behaves like four speech-to-text APIs."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.interfaces.testing.api import (
        LocalServer,
        Speech,
        SpeechEmulator,
        app,
        run,
        transport,
    )

__all__ = ["LocalServer", "Speech", "SpeechEmulator", "__version__", "app", "run", "transport"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Imported when first asked for: pytest loads this package in every run where it is installed.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("emulator.interfaces.testing.api"), name)
