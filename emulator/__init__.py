"""Speech Emulator: a local server that behaves like four speech-to-text APIs."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.core.base.version import __version__
    from emulator.interfaces.testing.api import (
        EmulatorSession,
        LocalServer,
        SpeechEmulator,
        app,
        run,
        transport,
    )

__all__ = [
    "EmulatorSession",
    "LocalServer",
    "SpeechEmulator",
    "__version__",
    "app",
    "run",
    "transport",
]


def __getattr__(name: str) -> Any:
    # Imported when first asked for: pytest loads this package in every run where it is installed.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "core.base.version" if name == "__version__" else "interfaces.testing.api"
    return getattr(import_module(f"emulator.{module}"), name)
