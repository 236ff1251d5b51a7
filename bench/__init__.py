"""How fast the emulator is on this machine."""
