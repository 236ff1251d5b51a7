"""Hypothesis for all tests: no deadline, since a machine may be busy.

``SPEECH_EMULATOR_FUZZ=10`` tries ten times as many examples.
"""

import os

from hypothesis import settings

EXAMPLES = 40 * int(os.environ.get("SPEECH_EMULATOR_FUZZ", "1"))

settings.register_profile("emulator", deadline=None, max_examples=EXAMPLES)
settings.load_profile("emulator")
