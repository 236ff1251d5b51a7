"""Memory is given back once tenants have gone."""

import asyncio
from threading import Event

from emulator.core.engine.tenants import Tenants
from emulator.core.scenario.model import Scenario
from emulator.interfaces.serving.memory import Trimmer, trim, trim_regularly


def test_memory_is_trimmed_once_after_tenants_have_gone() -> None:
    tenants, trims = Tenants(Scenario()), list[str]()
    trimmer = Trimmer(tenants, lambda: trims.append("trim"))
    tenants.open("test-ann")
    tenants.open("test-ben")

    trimmer.check()
    assert trims == []

    tenants.close("test-ann")
    tenants.close("test-ben")
    trimmer.check()
    trimmer.check()
    assert trims == ["trim"]


def test_a_server_looks_by_itself() -> None:
    tenants, trimmed = Tenants(Scenario()), Event()
    trimmer = Trimmer(tenants, trimmed.set)
    tenants.open("test-ann")
    tenants.close("test-ann")

    async def look() -> bool:
        task = asyncio.create_task(trim_regularly(trimmer))
        try:
            return await asyncio.to_thread(trimmed.wait, 60)
        finally:
            task.cancel()

    assert asyncio.run(look())


def test_trimming_harms_nobody_on_any_system() -> None:
    held = [bytes(100_000) for _ in range(10)]

    trim()
    trim(lambda: None)

    assert held == [bytes(100_000)] * 10
