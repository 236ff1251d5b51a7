"""The command `speech-emulator`; imports everything below."""
