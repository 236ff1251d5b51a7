"""LiveKit's plugin with a live session: python livekit_client.py URL KEY FILE.

Recognizes raw audio (16-bit PCM, mono, 16 kHz) at once and as a stream, ten times as fast as it was
spoken; prints what came, as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
from livekit import rtc
from livekit.plugins import gladia

RATE = 16_000
PIECE = RATE * 2 // 10  # bytes: a tenth of a second


def frame(data: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(data, RATE, num_channels=1, samples_per_channel=len(data) // 2)


async def feed(stream: gladia.stt.SpeechStream, audio: bytes) -> None:
    for at in range(0, len(audio), PIECE):
        stream.push_frame(frame(audio[at : at + PIECE]))
        await asyncio.sleep(0.01)
    stream.end_input()


async def main(url: str, key: str, path: str) -> None:
    audio = Path(path).read_bytes()
    async with aiohttp.ClientSession() as session:
        stt = gladia.STT(
            api_key=key, base_url=f"{url}/v2/live", http_session=session, languages=["en"]
        )
        at_once = await stt.recognize(frame(audio))
        stream = stt.stream()
        feeding = asyncio.create_task(feed(stream, audio))
        events = [[one.type, *(said.text for said in one.alternatives)] async for one in stream]
        await feeding
    whole = [said.text for said in at_once.alternatives]
    print(json.dumps({"at_once": whole, "stream": events}))


asyncio.run(main(*sys.argv[1:]))
