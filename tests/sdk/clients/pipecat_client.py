"""Pipecat's service with a live session: python pipecat_client.py URL KEY FILE.

Sends raw audio (16-bit PCM, mono, 16 kHz) through a pipeline, ten times as fast as it was spoken;
prints what came out of it, as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path

from loguru import logger
from pipecat.frames.frames import (
    ErrorFrame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    TranscriptionFrame,
)
from pipecat.services.gladia.config import MessagesConfig
from pipecat.services.gladia.stt import GladiaSTTService
from pipecat.tests.utils import SleepFrame, run_test

RATE = 16_000
PIECE = RATE * 2 // 10  # bytes: a tenth of a second


async def main(url: str, key: str, path: str) -> None:
    audio = Path(path).read_bytes()
    partial = MessagesConfig(receive_partial_transcripts=True)
    service = GladiaSTTService(
        api_key=key,
        url=f"{url}/v2/live",
        sample_rate=RATE,
        settings=GladiaSTTService.Settings(messages_config=partial),
    )
    frames = []
    for at in range(0, len(audio), PIECE):
        frames.append(InputAudioRawFrame(audio[at : at + PIECE], RATE, 1))
        frames.append(SleepFrame(sleep=0.01))
    down, up = await run_test(service, frames_to_send=[*frames, SleepFrame(sleep=0.5)])
    said = [
        [type(one).__name__, one.text]
        for one in down
        if isinstance(one, InterimTranscriptionFrame | TranscriptionFrame)
    ]
    errors = [one.error for one in up if isinstance(one, ErrorFrame)]
    print(json.dumps({"said": said, "errors": errors}))


logger.remove()
asyncio.run(main(*sys.argv[1:]))
