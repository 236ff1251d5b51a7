"""Work in threads whose event loop has something else to do, or has ended."""

import asyncio
from threading import Event

import pytest

from emulator.interfaces.transports.asgi import ClientDisconnected
from emulator.interfaces.transports.workers import Workers


async def two(workers: Workers) -> int:
    return await workers.run(lambda: 2)


def test_work_that_nobody_waits_for_any_more_is_done_all_the_same() -> None:
    asyncio.run(cancelled_work())


async def cancelled_work() -> None:
    workers, held = Workers(most=1), Event()
    task = asyncio.ensure_future(workers.run(lambda: held.wait(30)))
    await asyncio.sleep(0)  # until it has been started

    task.cancel()

    with pytest.raises(ClientDisconnected):
        await task
    held.set()
    assert await two(workers) == 2  # its turn comes behind the first


def test_work_may_end_after_its_loop_is_closed() -> None:
    workers, held = Workers(most=1), Event()

    async def start() -> None:
        workers.start(lambda: held.wait(30))

    asyncio.run(start())
    held.set()

    assert asyncio.run(two(workers)) == 2
