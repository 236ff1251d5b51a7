"""The command ``speech-emulator``, and ``python -m emulator``, which is the same."""

import gc
import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """All is imported with the garbage collector off: it would find nothing, in 20 ms."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["health"]:  # asked every few seconds, and needs little of all that
        from emulator.interfaces.cli import health

        health.main(given[1:])
    gc.disable()
    from emulator.interfaces.cli import main as cli

    gc.freeze()  # what is there by now stays: no collection has to go through it
    gc.enable()
    cli.main(given)


if __name__ == "__main__":
    main()
