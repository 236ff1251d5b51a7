"""An account that was explored by hand is exported, loaded again, and answers as before."""

import re
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.engine.scenario_export import export_scenario
from emulator.core.engine.tenant import Tenant
from emulator.core.provider.provider import Provider
from emulator.core.scenario.loader import load
from emulator.providers import PROVIDERS
from emulator.providers.gladia.records import Upload
from tests.support.exploring import KEY, STORIES, Explorer, reads
from tests.support.probes import Site
from tests.test_fuzz import tried

EACH = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
# Of the exchange, not of the job.
OWN = re.compile(rb'"(trace_id|request_id|processing_time_ms)": ?("(req_|G-)?[0-9a-f-]*"|[0-9]+)')
SILENCED = re.compile(r"/(file|audio)(/|$)")  # whose bytes an export does not keep, and says so


def answers(site: Site, provider: Provider, ids: list[str]) -> Iterator[tuple[str, int, bytes]]:
    """What the provider says of everything, without what belongs to the exchange itself."""
    for ask in reads(provider, ids):
        response = site.ask(ask).response
        body = OWN.sub(b"", bytes(response.body))
        yield ask.target, response.status, b"" if SILENCED.search(ask.target) else body


def ids_of(tenant: Tenant, provider: Provider) -> list[str]:
    """Of all that an export keeps."""
    found = tenant.backend(provider).store.all_records()
    return [one.id for one in found if not isinstance(one, Upload)]


@EACH
def test_an_exported_account_answers_as_before(provider: Provider) -> None:
    @tried(60)
    @given(st.randoms(use_true_random=True))
    def check(random: Random) -> None:
        before, after = Site(*PROVIDERS), Site(*PROVIDERS)
        story = load(random.choice(STORIES), vocabularies=WORDS, events=EVENTS)
        tenant = before.emulator.tenants.open(KEY, story)
        Explorer(before, tenant, provider, random).explore()

        text = export_scenario(tenant, PROVIDERS)

        note(text)
        assert "cannot be loaded" not in text
        again = after.emulator.tenants.open(KEY, load(text, vocabularies=WORDS, events=EVENTS))
        known = ids_of(tenant, provider)
        for with_faults in (True, False):
            for one in () if with_faults else (tenant, again):
                one.faults.clear()
                one.clock.advance(7)
            pairs = zip(
                answers(after, provider, known), answers(before, provider, known), strict=True
            )
            for found, expected in pairs:
                assert found == expected

    check()
