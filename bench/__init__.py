"""How fast the emulator is on this machine, beside other servers of its kind."""
