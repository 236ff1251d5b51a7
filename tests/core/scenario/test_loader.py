import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.application.scenario_sources import EVENTS
from emulator.application.scenario_sources import WORDS as REAL_WORDS
from emulator.core.base.resources import fixture_names, fixture_path
from emulator.core.scenario.loader import json_schema, load, read
from emulator.core.scenario.model import ClockSettings, KeyState, Scenario
from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors, quote
from emulator.core.scenario.schema.nodes import MAX_BYTES
from emulator.core.scenario.schema.yaml_reader import parse
from tests.core.scenario.samples import VOCABULARIES, as_json

BUILT_IN = (
    "busy-account, expired-links, failures, flaky, happy, long-recording, multilingual, refusals, "
    "slow, stuck, throttled, webhooks"
)
NOT_HERE = f"no such file in {Path.cwd()}; built in: {BUILT_IN}"

WORDS = [  # the language's own, and some that are nearly so
    *("scenario", "seed", "clock", "keys", "transcripts", "jobs", "existing", "faults", "mode"),
    *("step", "speed", "start", "when", "timeline", "error", "transcript", "provider", "audio"),
    *("queued", "processing", "completed", "failed", "code", "message", "count", "id", "phase"),
    *("age", "language", "languages", "lines", "says", "at", "for", "speakers", "minutes"),
    *("gladia", "azure_speech", "aitronos", "phrase_studio", "files", "addons", "error_code"),
    *("wall", "manual", "ok", "expired", "en", "no", "1s", "5m", "1h..2d", "*", "2026", "null"),
    *("2026-01-05T09:00:00Z", "<<", "refresh_seconds", "-1", "0", "1", "2", "1.5", "500", "true"),
]
SCALARS = st.sampled_from(WORDS) | st.integers(-1, 600) | st.floats(0, 10) | st.none()
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=20,
)
DURATIONS = st.sampled_from(["0", "1s", "2s", "5m", "1h30m", "soon"])
TEXTS = st.sampled_from(["a", "b*", "*", "gladia", "en", "no", "12"])


def record(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=fields)


TIMELINES = record(queued=DURATIONS, processing=DURATIONS, completed=DURATIONS, failed=DURATIONS)
RULES = record(
    when=record(provider=TEXTS, audio=TEXTS, locale=TEXTS, key=TEXTS),
    timeline=TIMELINES,
    error=record(code=TEXTS, message=TEXTS),
    transcript=TEXTS,
    gladia=record(error_code=st.integers(399, 600)),
    aitronos=record(refresh_seconds=DURATIONS),
)
CLOCKS = record(mode=st.sampled_from(["wall", "step", "manual"]), speed=DURATIONS, step=DURATIONS)
ENTRIES = record(
    provider=st.sampled_from(["gladia", "azure_speech"]),
    count=st.integers(0, 2),
    id=TEXTS,
    age=DURATIONS,
    languages=st.lists(TEXTS, max_size=2),
)
SCRIPTS = record(
    language=TEXTS,
    speakers=st.integers(0, 21),
    minutes=DURATIONS,
    lines=st.lists(st.dictionaries(TEXTS, TEXTS | record(says=TEXTS, at=DURATIONS), max_size=2)),
)
STORIES = record(
    seed=st.integers(-1, 3),
    clock=CLOCKS,
    transcripts=st.dictionaries(TEXTS, SCRIPTS, max_size=2),
    jobs=st.lists(RULES, max_size=3),
    existing=st.lists(ENTRIES, max_size=3),
)


def refusal(source: str | bytes) -> ScenarioErrors | None:
    try:
        load(source, vocabularies=VOCABULARIES)
    except ScenarioErrors as errors:
        return errors
    return None


def test_an_empty_mapping_is_nothing_special() -> None:
    assert load("{}") == Scenario()


def test_a_scenario_is_what_its_words_say() -> None:
    text = "scenario: no\nseed: 7\nclock: {mode: manual}\nkeys: {a: ok}\n"

    assert load(text) == Scenario(
        title="no", seed=7, clock=ClockSettings("manual"), keys={"a": KeyState.OK}
    )


def test_aliases_and_merge_keys_work_in_a_scenario() -> None:
    text = """
jobs:
  - &usual
    when: {audio: a}
    timeline: &short {processing: 1s, completed: 2s}
  - <<: *usual
    when: {audio: b}
  - when: {audio: c}
    timeline: *short
"""

    first, second, third = load(text).jobs

    assert first.plan == second.plan == third.plan
    assert [one.when.audio for one in (first, second, third)] == ["a", "b", "c"]


def test_json_is_a_scenario_too() -> None:
    assert load(b'{"seed": 3, "keys": {"a": "revoked"}}') == Scenario(
        seed=3, keys={"a": KeyState.REVOKED}
    )


def test_without_vocabularies_no_provider_has_words() -> None:
    with pytest.raises(ScenarioErrors) as refused:
        load("jobs: [{gladia: {}}, {when: {provider: anything}}]", name="a.yaml")

    assert refused.value.problems == (
        'a.yaml:1:9: unknown key "gladia"; allowed: when, timeline, error, transcript',
    )


def test_the_schema_says_what_it_is() -> None:
    schema = json_schema(VOCABULARIES)

    jsonschema_rs.meta.validate(schema)
    json.dumps(schema)
    assert {name: schema[name] for name in ("$schema", "$id", "title", "type")} == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:speech-emulator:scenario",
        "title": "Speech Emulator scenario",
        "type": "object",
    }
    assert list(schema["properties"]) == [
        *("scenario", "seed", "clock", "keys", "transcripts", "jobs", "existing"),
        *("faults", "webhooks"),
    ]


def test_everything_in_the_schema_is_described() -> None:
    def properties(schema: object) -> Iterator[Any]:
        if isinstance(schema, dict):
            if schema.get("type") == "object":
                yield schema
                yield from schema.get("properties", {}).values()
            for value in schema.values():
                yield from properties(value)
        elif isinstance(schema, list):
            for item in schema:
                yield from properties(item)

    for one in properties(json_schema(VOCABULARIES)):
        assert one is False or one["description"]


@given(st.binary() | st.text())
def test_random_text_is_read_or_refused(source: str | bytes) -> None:
    refusal(source)


@given(st.text(alphabet="abc:-{}[]&*<>|\"'#!%@, \t\n?~1", max_size=60))
def test_random_yaml_is_read_or_refused(source: str) -> None:
    refusal(source)


@given(TREES)
def test_a_random_tree_is_read_or_refused(tree: object) -> None:
    refusal(json.dumps(tree))


@given(STORIES)
def test_the_schema_accepts_whatever_is_accepted(story: dict[str, object]) -> None:
    text = json.dumps(story)
    validator = jsonschema_rs.validator_for(json_schema(VOCABULARIES))

    accepted = refusal(text) is None

    seen = validator.is_valid(as_json(parse(text, Diagnostics(""))))
    assert seen or not accepted


def test_a_path_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("seed: 5\n")

    assert read(str(path), VOCABULARIES) == Scenario(seed=5)


def test_a_broken_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("sed: 5\n")

    with pytest.raises(ScenarioErrors) as refused:
        read(str(path))

    assert str(refused.value).startswith(f'{path}:1:1: unknown key "sed"; did you mean "seed";')


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.touch()
    os.truncate(path, 100 * MAX_BYTES)

    with pytest.raises(ScenarioErrors, match=r"large.yaml:1:1: larger than 5 MB$"):
        read(str(path))


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "door"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))

        with pytest.raises(ScenarioErrors) as refused:
            read(str(path))

    assert str(refused.value) == f"{path}: cannot be read: No such device or address"


@pytest.mark.parametrize("name", fixture_names())
def test_a_built_in_is_read_by_its_name(name: str) -> None:
    text = fixture_path(name).read_bytes()

    assert read(name, REAL_WORDS, EVENTS) == load(text, vocabularies=REAL_WORDS, events=EVENTS)


@pytest.mark.parametrize(
    "text", ["seed: 3", " seed:  3", "{seed: 3}", "# a story\nseed: 3", '"seed": 3', '{"seed": 3}']
)
def test_yaml_itself_is_read(text: str) -> None:
    assert read(text) == Scenario(seed=3)


def test_broken_yaml_is_named_inline() -> None:
    with pytest.raises(ScenarioErrors, match=r'^<inline>:1:1: unknown key "sed"'):
        read("sed: 3")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("hapy", f'no scenario "hapy"; did you mean "happy"; {NOT_HERE}'),
        ("", f'no scenario ""; {NOT_HERE}'),
        ("no/such.yaml", f'no scenario "no/such.yaml"; {NOT_HERE}'),
        ("a\0b", f'no scenario "a\\u0000b"; {NOT_HERE}'),
        ("x" * 5000, f'no scenario "{"x" * 60}..."; no such file; built in: {BUILT_IN}'),
    ],
)
def test_what_is_none_of_them_is_refused(source: str, said: str) -> None:
    assert refusal_of(source) == said


def refusal_of(source: str | Path) -> str:
    with pytest.raises(ScenarioErrors) as refused:
        read(str(source))
    [said] = refused.value.problems
    return said


def test_a_file_beside_the_one_that_is_not_there_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").touch()
    (tmp_path / "notes.txt").touch()

    said = refusal_of(tmp_path / "story.yml")

    assert f"did you mean {quote(str(tmp_path / 'story.yaml'))}; no such file in " in said


def test_a_directory_is_refused_with_what_it_holds(tmp_path: Path) -> None:
    before = refusal_of(tmp_path)
    for name in ("b.yml", "a.yaml", "c.json", "d.txt"):
        (tmp_path / name).touch()

    assert before == f"{tmp_path}: a directory, not a scenario; it holds: no YAML"
    assert refusal_of(tmp_path) == (
        f"{tmp_path}: a directory, not a scenario; it holds: {tmp_path / 'a.yaml'}, "
        f"{tmp_path / 'b.yml'}, {tmp_path / 'c.json'}"
    )


def test_a_link_that_leads_nowhere_is_refused_with_its_target(tmp_path: Path) -> None:
    link = tmp_path / "story.yaml"
    link.symlink_to(tmp_path / "gone.yaml")

    assert refusal_of(link) == f"{link}: a link to {tmp_path / 'gone.yaml'}, which is not there"
