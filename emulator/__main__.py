"""``python -m emulator``: the same as ``speech-emulator``."""

from emulator.faces.cli import main

if __name__ == "__main__":
    main()
