"""Hypothesis for all tests: no deadline, since a machine may be busy."""

from hypothesis import settings

settings.register_profile("emulator", deadline=None)
settings.load_profile("emulator")
