"""An event loop whose clock a test moves, for timers of seconds that take no time."""

import asyncio


class SteppedLoop(asyncio.SelectorEventLoop):
    """``call_later`` goes by ``now``, which nothing but ``advance`` moves.

    A test may await only what takes turns of the loop (``turns``): a real timer never rings.
    """

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__()

    def time(self) -> float:
        return self.now

    async def advance(self, seconds: float) -> None:
        """Let what is under way end, move the clock, and let whatever has come due happen."""
        await turns(200)
        self.now += seconds
        await turns(200)


async def turns(count: int) -> None:
    """Let the loop go round: an answer needs a few rounds, and nothing of it takes time."""
    for _ in range(count):
        await asyncio.sleep(0)
