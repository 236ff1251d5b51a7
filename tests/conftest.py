"""Hypothesis for all tests: the same examples in every run, or new ones, and no deadline.

``SPEECH_EMULATOR_FUZZ=10`` tries ten times as many examples, ``SPEECH_EMULATOR_FRESH=1`` others in
each run (``scripts/properties``); one that fails is printed so that it can be run again.
"""

import os

# What first comes while pytester runs is forgotten again: these would be there twice.
import httpcore  # noqa: F401
import httpcore2  # noqa: F401
import yaml  # noqa: F401
from hypothesis import settings

EXAMPLES = 40 * int(os.environ.get("SPEECH_EMULATOR_FUZZ", "1"))
FRESH = bool(os.environ.get("SPEECH_EMULATOR_FRESH"))

settings.register_profile(
    "emulator",
    deadline=None,  # a machine may be busy
    max_examples=EXAMPLES,
    derandomize=not FRESH,
    print_blob=True,
)
settings.load_profile("emulator")
