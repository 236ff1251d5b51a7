"""A large account has the jobs that it would have if each had been made at the start."""

from typing import Any

import pytest

from emulator.core.provider.provider import Provider
from emulator.core.state.index import IndexSpec
from emulator.providers.aitronos import AITRONOS
from emulator.providers.aitronos import records as aitronos
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.azure_speech import records as azure_speech
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia import records as gladia
from emulator.providers.phrase_studio import PHRASE_STUDIO
from emulator.providers.phrase_studio import records as phrase_studio
from tests.support.clients import bench

LISTINGS: tuple[tuple[Provider, IndexSpec[Any]], ...] = (
    (AITRONOS, aitronos.BY_CREATION),
    (AZURE_SPEECH, azure_speech.BY_CREATION),
    (GLADIA, gladia.BY_CREATION),
    (PHRASE_STUDIO, phrase_studio.BY_CREATION),
)
COUNTED = "keys: {test-key: {concurrent_jobs: 1000}}\n"  # of whom each is made at the start
STORY = """
jobs:
  - {{when: {{audio: "*7*"}}, timeline: {{failed: 3s}}}}
existing:
  - {{provider: {provider}, count: 3}}
  - {{provider: {provider}, count: 101, {words}}}
"""


@pytest.mark.parametrize(
    ("provider", "listing"), LISTINGS, ids=lambda one: getattr(one, "name", "")
)
@pytest.mark.parametrize(
    "words",
    [
        "age: 1h..30d",
        "phase: failed",
        "age: 0s..10s",
        "age: 0s..2m, timeline: {processing: 30s, completed: 1m}",
        "age: 1h..2h, language: de, languages: [fr], audio: 'https://example.com/a.wav'",
    ],
)
def test_many_jobs_are_those_that_are_made_one_by_one(
    provider: Provider, listing: IndexSpec[Any], words: str
) -> None:
    if "languages" in provider.schema.without:
        words = words.replace("languages: [fr], ", "")
    story = STORY.format(provider=provider.name, words=words)
    one, other = (
        bench(provider, text).tenant.backend(provider) for text in (story, COUNTED + story)
    )

    pages = [
        [record.id for record in backend.store.select(listing, backend.now(), lambda label: True)]
        for backend in (one, other)
    ]

    assert pages[0] == pages[1]
    assert list(one.store.all_records()) == list(other.store.all_records())
    assert one.ids.uuid() == other.ids.uuid()
