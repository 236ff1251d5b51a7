"""What a live session's request asks for, and what a scenario lets go wrong in it."""

from typing import Any

import pytest

from emulator.core.scenario.loader import load
from emulator.core.scenario.model import JobPlan
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.live.requests import (
    ACKNOWLEDGMENTS,
    ERRORS,
    FINALS,
    LIFECYCLE,
    PARTIALS,
    POST_PROCESSING,
    PRE_PROCESSING,
    REALTIME,
    SPEECH,
    EndOfTurn,
    LiveBehaviour,
    LiveFault,
    end_of_turn,
    endpointing_ms,
    live_behaviour,
    live_options,
    live_params,
    longest_ms,
    wanted_callbacks,
    wanted_messages,
)

USUAL = {FINALS, SPEECH, PRE_PROCESSING, REALTIME, POST_PROCESSING, ACKNOWLEDGMENTS, ERRORS}


def test_the_request_is_shown_again_with_the_published_defaults() -> None:
    assert live_params({}) == {
        "encoding": "wav/pcm",
        "bit_depth": 16,
        "sample_rate": 16_000,
        "channels": 1,
        "model": "solaria-1",
        "endpointing": 0.05,
        "maximum_duration_without_endpointing": 5,
        "language_config": {"languages": [], "code_switching": False},
        "pre_processing": {"audio_enhancer": False, "speech_threshold": 0.6},
        "realtime_processing": {
            "custom_vocabulary": False,
            "custom_spelling": False,
            "translation": False,
            "named_entity_recognition": False,
            "sentiment_analysis": False,
        },
        "post_processing": {"summarization": False, "chapterization": False},
        "messages_config": {
            "receive_partial_transcripts": False,
            "receive_final_transcripts": True,
            "receive_speech_events": True,
            "receive_pre_processing_events": True,
            "receive_realtime_processing_events": True,
            "receive_post_processing_events": True,
            "receive_acknowledgments": True,
            "receive_errors": True,
            "receive_lifecycle_events": False,
        },
        "callback": False,
    }


def test_what_was_given_stands_in_the_place_of_the_defaults() -> None:
    shown = live_params(
        {
            "sample_rate": 8000,
            "pre_processing": {"audio_enhancer": True},
            "realtime_processing": {"words_accurate_timestamps": True},
            "callback_config": {"url": "https://example.com/", "receive_errors": True},
            "custom_metadata": {"a": 1},
        }
    )

    assert shown["sample_rate"] == 8000
    assert shown["pre_processing"] == {"audio_enhancer": True, "speech_threshold": 0.6}
    assert shown["realtime_processing"]["words_accurate_timestamps"] is True
    assert shown["callback_config"] == {
        "receive_partial_transcripts": False,
        "receive_final_transcripts": True,
        "receive_speech_events": False,
        "receive_pre_processing_events": True,
        "receive_realtime_processing_events": True,
        "receive_post_processing_events": True,
        "receive_acknowledgments": False,
        "receive_errors": True,
        "receive_lifecycle_events": True,
        "url": "https://example.com/",
    }
    assert "custom_metadata" not in shown


@pytest.mark.parametrize(
    ("config", "flags"),
    [
        ({}, USUAL),
        (
            {"receive_partial_transcripts": True, "receive_lifecycle_events": True},
            {*USUAL, PARTIALS, LIFECYCLE},
        ),
        ({"receive_speech_events": False, "receive_errors": False}, USUAL - {SPEECH, ERRORS}),
    ],
)
def test_the_flags_say_which_messages_are_sent(config: dict[str, bool], flags: set[str]) -> None:
    assert wanted_messages({"messages_config": config}) == flags


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ({}, set()),
        ({"callback": True}, set()),
        ({"callback": False, "callback_config": {"url": "https://a"}}, set()),
        (
            {"callback": True, "callback_config": {"url": "https://a"}},
            {FINALS, PRE_PROCESSING, REALTIME, POST_PROCESSING, LIFECYCLE},
        ),
        (
            {
                "callback": True,
                "callback_config": {"url": "https://a", "receive_final_transcripts": False},
            },
            {PRE_PROCESSING, REALTIME, POST_PROCESSING, LIFECYCLE},
        ),
    ],
)
def test_a_callback_has_flags_and_defaults_of_its_own(given: Any, flags: set[str]) -> None:
    assert wanted_callbacks(given) == flags


def test_the_pieces_of_a_live_request_are_the_wishes_of_any_job() -> None:
    wish = live_options(
        {
            "language_config": {"languages": ["en", "fr"], "code_switching": True},
            "realtime_processing": {
                "translation": True,
                "translation_config": {"target_languages": ["de"]},
                "sentiment_analysis": True,
            },
            "post_processing": {"summarization": True, "summarization_config": {"type": "concise"}},
        }
    )

    assert wish.languages == ("en", "fr")
    assert wish.code_switching
    assert wish.translation
    assert wish.translation.targets == ("de",)
    assert wish.summary == "concise"
    assert wish.addons == {"translation", "sentiment_analysis", "summarization"}
    assert wish.live


@pytest.mark.parametrize(
    ("given", "silence_ms", "line_ms"),
    [
        ({}, 50, 5000),
        ({"endpointing": 0.3, "maximum_duration_without_endpointing": 60}, 300, 60_000),
    ],
)
def test_lines_end_as_asked(given: dict[str, Any], silence_ms: int, line_ms: int) -> None:
    assert (endpointing_ms(given), longest_ms(given)) == (silence_ms, line_ms)


def test_the_end_of_a_turn_has_its_defaults() -> None:
    asked: dict[str, Any] = {"threshold": 0.7, "max_wait_secs": 1.5}

    assert end_of_turn({}) is None
    assert end_of_turn({"end_of_turn": {}}) == EndOfTurn(0.5, 0.5, 8000, 900)
    assert end_of_turn({"end_of_turn": asked}) == EndOfTurn(0.7, 0.7, 1500, 900)
    assert live_params({"end_of_turn": asked})["end_of_turn"] == {
        "threshold": 0.7,
        "emission_threshold": 0.7,
        "max_wait_secs": 1.5,
        "probe_base_ms": 900,
    }


def planned(live: str) -> JobPlan:
    scenario = load(
        f"jobs:\n  - gladia:\n      live: {live}\n", vocabularies={"gladia": GLADIA.schema}
    )
    return scenario.jobs[0].plan


def test_a_session_goes_as_usual_where_the_scenario_says_nothing() -> None:
    assert live_behaviour(JobPlan()) == LiveBehaviour(30.0, 10_800.0, 0.0, None, ())


def test_a_scenario_says_how_a_session_goes() -> None:
    plan = planned(
        "{idle: 10s, longest: 1m, post_processing: 2s, refuse: 4401, troubles: ["
        "{after: 3s, close: 4500, reason: Later.}, {after: 1500ms}, {after: 2s, reject: No.}]}"
    )

    assert live_behaviour(plan) == LiveBehaviour(
        idle_seconds=10.0,
        longest_seconds=60.0,
        post_seconds=2.0,
        refuse=4401,
        faults=(
            LiveFault(1500),
            LiveFault(2000, reject="No."),
            LiveFault(3000, close=4500, reason="Later."),
        ),
    )


@pytest.mark.parametrize(
    ("live", "problem"),
    [
        ("{refuse: 200}", "an HTTP status from 400 to 599 is wanted, or a close code from"),
        ("{refuse: 2000}", "an HTTP status from 400 to 599 is wanted, or a close code from"),
        ("{troubles: []}", "1 or more are wanted in this list"),
        ("{troubles: [{close: 4500}]}", '"after" is missing'),
        ("{troubles: [{after: 1s, message: x}]}", '"message" needs "error"'),
        ("{troubles: [{after: 1s, reason: x}]}", '"reason" needs "close"'),
        ("{troubles: [{after: 1s, reject: x, close: 4500}]}", "exclude each other"),
        ("{troubles: [{after: 1s, closes: 4500}]}", 'did you mean "close"'),
        ("{idel: 3s}", 'did you mean "idle"'),
    ],
)
def test_what_makes_no_sense_is_said_at_load(live: str, problem: str) -> None:
    with pytest.raises(ScenarioErrors, match=problem.replace("[", r"\[")):
        planned(live)


@pytest.mark.parametrize("code", [400, 503, 3000, 4401, 4999])
def test_a_refusal_is_a_status_or_a_close_code(code: int) -> None:
    assert live_behaviour(planned(f"{{refuse: {code}}}")).refuse == code
