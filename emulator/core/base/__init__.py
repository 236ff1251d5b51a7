"""Time, ids, events, globs and other ground that imports nothing else of the emulator."""
