"""The admin API, under /_emulator: everything that a test does to the emulator, or asks of it."""
