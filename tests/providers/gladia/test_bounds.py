"""How much one request may ask for, and that what is made of it stays in proportion."""

from typing import Any

import pytest

from emulator.providers.gladia import GLADIA
from tests.support.clients import bench

URL = "https://example.com/a.wav"
LLM = {"audio_to_llm": True}
SPELL = {"custom_spelling": True}
LONG, TOO_LONG = "x" * 500, "x" * 501
TEXT, TOO_LONG_TEXT = "x" * 10_000, "x" * 10_001


def llm(prompts: list[str], **more: str) -> dict[str, Any]:
    return {**LLM, "audio_to_llm_config": {"prompts": prompts, **more}}


def spelling(**dictionary: Any) -> dict[str, Any]:
    return {**SPELL, "custom_spelling_config": {"spelling_dictionary": dictionary}}


def vocabulary(*entries: Any) -> dict[str, Any]:
    return {"custom_vocabulary": True, "custom_vocabulary_config": {"vocabulary": list(entries)}}


@pytest.mark.parametrize(
    "given",
    [
        llm(["x"] * 100),
        llm([TEXT], model=LONG),
        spelling(**{LONG: [LONG]}),
        vocabulary(*["x"] * 10_000),
        vocabulary(LONG, {"value": LONG, "pronunciations": [LONG]}),
        {"custom_vocabulary": [LONG]},
        {"context_prompt": TEXT},
    ],
)
def test_what_clients_may_want_is_taken(given: dict[str, Any]) -> None:
    b = bench(GLADIA)

    assert b.http.post("/v2/pre-recorded", json={"audio_url": URL, **given}).status_code == 201


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (llm(["x"] * 101), "audio_to_llm_config.prompts must contain no more than 100 elements"),
        (
            llm([TOO_LONG_TEXT]),
            "audio_to_llm_config.prompts must be shorter than or equal to 10000 characters",
        ),
        (
            llm(["x"], model=TOO_LONG),
            "audio_to_llm_config.model must be shorter than or equal to 500 characters",
        ),
        (
            spelling(**{TOO_LONG: ["x"]}),
            "each key of custom_spelling_config.spelling_dictionary must be shorter than or equal "
            "to 500 characters",
        ),
        (
            spelling(x=[TOO_LONG]),
            "custom_spelling_config.spelling_dictionary.x must be shorter than or equal to 500 "
            "characters",
        ),
        (
            spelling(**{f"x{n}": [] for n in range(10_001)}),
            "custom_spelling_config.spelling_dictionary must contain no more than 10000 elements",
        ),
        (
            vocabulary({"value": TOO_LONG}),
            "custom_vocabulary_config.vocabulary.value must be shorter than or equal to 500 "
            "characters",
        ),
        (
            {"custom_vocabulary": [TOO_LONG]},
            "custom_vocabulary must be shorter than or equal to 500 characters",
        ),
        (
            {"context_prompt": TOO_LONG_TEXT},
            "context_prompt must be shorter than or equal to 10000 characters",
        ),
    ],
)
def test_more_is_refused_in_the_services_words(given: dict[str, Any], said: str) -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/pre-recorded", json={"audio_url": URL, **given})

    assert answer.status_code == 400
    assert answer.json()["validation_errors"] == [said]


def test_a_live_session_has_the_same_bounds() -> None:
    answer = bench(GLADIA).http.post(
        "/v2/live", json={"realtime_processing": spelling(x=[TOO_LONG])}
    )

    assert answer.json()["validation_errors"] == [
        "realtime_processing.custom_spelling_config.spelling_dictionary.x must be shorter than or "
        "equal to 500 characters"
    ]


def test_of_very_many_faults_the_first_are_told() -> None:
    many = vocabulary(*[{"value": TOO_LONG}] * 1_000)

    answer = bench(GLADIA).http.post("/v2/pre-recorded", json={"audio_url": URL, **many})

    assert answer.status_code == 400
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    ("given", "times"),
    [
        (llm(["x"] * 100), 200),
        (llm(["x" * 9_000] * 100, model=LONG), 4),
        (spelling(**{LONG: ["the", "a", "to", "of", "and"]}), 1_500),
    ],
    ids=["many prompts", "long prompts", "a long spelling"],
)
def test_an_answer_is_so_many_times_as_long_as_what_was_asked(
    given: dict[str, Any], times: int
) -> None:
    b = bench(
        GLADIA, "transcripts: {said: {language: en, minutes: 60}}\njobs: [{transcript: said}]"
    )
    asked = b.http.post("/v2/pre-recorded", json={"audio_url": URL, **given})
    plain = b.http.post("/v2/pre-recorded", json={"audio_url": URL})
    b.clock.advance(1_000)

    full, less = (
        len(b.http.get(f"/v2/pre-recorded/{one.json()['id']}").content) for one in (asked, plain)
    )

    assert full - less < times * len(asked.request.content)
