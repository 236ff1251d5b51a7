"""The admin API under /_emulator; imports `control`, `transports` and below."""
