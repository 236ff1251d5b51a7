"""What a live session's request asks for, and what a scenario lets go wrong in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.http.messages import Params
from emulator.core.scenario.model import JobPlan
from emulator.providers.gladia.pcm import USUAL
from emulator.providers.gladia.requests import JobOptions, job_options

PARTIALS = "receive_partial_transcripts"
FINALS = "receive_final_transcripts"
SPEECH = "receive_speech_events"
PRE_PROCESSING = "receive_pre_processing_events"
REALTIME = "receive_realtime_processing_events"
POST_PROCESSING = "receive_post_processing_events"
ACKNOWLEDGMENTS = "receive_acknowledgments"
ERRORS = "receive_errors"
LIFECYCLE = "receive_lifecycle_events"

# Published document: MessagesConfig, CallbackConfig.
MESSAGES: Mapping[str, bool] = {
    PARTIALS: False,
    FINALS: True,
    SPEECH: True,
    PRE_PROCESSING: True,
    REALTIME: True,
    POST_PROCESSING: True,
    ACKNOWLEDGMENTS: True,
    ERRORS: True,
    LIFECYCLE: False,
}
CALLBACKS: Mapping[str, bool] = {
    **MESSAGES,
    SPEECH: False,
    ACKNOWLEDGMENTS: False,
    ERRORS: False,
    LIFECYCLE: True,
}
# Published document: StreamingRequest, in its order.
DEFAULTS: Mapping[str, Any] = {
    "encoding": USUAL.encoding,
    "bit_depth": USUAL.bit_depth,
    "sample_rate": USUAL.sample_rate,
    "channels": USUAL.channels,
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
    "messages_config": MESSAGES,
    "callback": False,
}

IDLE_SECONDS = 30.0  # seen in April 2025: then the connection drops
LONGEST_SECONDS = 3 * 3600.0  # documentation: a session lasts at most three hours


class EndOfTurn(Struct, frozen=True):
    """When a speaker's turn is over. Documentation, semantic end-of-turn."""

    threshold: float  # how sure it has to be that an utterance is complete
    emission_threshold: float  # and that its end is told of
    max_wait_ms: int  # then it is ended anyway
    probe_ms: int  # so often it is looked for


class LiveFault(Struct, frozen=True):
    """What goes wrong once so much audio has been heard; nothing said: the connection breaks."""

    after_ms: int
    close: int | None = None  # a close code
    reason: str = ""
    error: str | None = None  # the code of an error message
    message: str = ""
    reject: str | None = None  # why the next piece of audio is not taken


class LiveBehaviour(Struct, frozen=True):
    """How a session goes, apart from what is said in it."""

    idle_seconds: float = IDLE_SECONDS
    longest_seconds: float = LONGEST_SECONDS
    post_seconds: float = 0.0  # from the end of the recording to the results
    refuse: int | None = None  # an HTTP status, or the code that every connection is closed with
    faults: tuple[LiveFault, ...] = ()  # in the order of the audio
    answered_by: str | None = "human"  # who picked up the phone; None: it is not told. GUESS


DEFAULT_BEHAVIOUR = LiveBehaviour()


def live_behaviour(plan: JobPlan) -> LiveBehaviour:
    """What the scenario says under ``gladia: {live: ...}``."""
    facts = plan.options_of("gladia").get("live", {})
    troubles = tuple(live_fault(one) for one in facts.get("troubles", ()))
    usual = DEFAULT_BEHAVIOUR
    return replace(
        usual,
        idle_seconds=facts.get("idle", usual.idle_seconds),
        longest_seconds=facts.get("longest", usual.longest_seconds),
        post_seconds=facts.get("post_processing", usual.post_seconds),
        answered_by=answered_by(facts.get("answering_machine", usual.answered_by)),
        refuse=facts.get("refuse"),
        faults=tuple(sorted(troubles, key=lambda one: one.after_ms)),
    )


def answered_by(word: str | None) -> str | None:
    return None if word == "off" else word


def live_fault(said: Mapping[str, Any]) -> LiveFault:
    others = {name: value for name, value in said.items() if name != "after"}
    return LiveFault(round(said["after"] * 1000), **others)


def live_options(given: Params) -> JobOptions:
    """The same wishes that a recording's request has; there they stand in one place.

    Options that only make recognition better (model, pre-processing) are checked and shown again:
    made-up speech has no noise that they could take away.
    """
    flat = {
        "language_config": given.get("language_config", {}),
        **given.get("realtime_processing", {}),
        **given.get("post_processing", {}),
    }
    return replace(job_options(flat), live=True)


def endpointing_ms(given: Params) -> int:
    seconds: float = given.get("endpointing", DEFAULTS["endpointing"])
    return round(seconds * 1000)


def longest_ms(given: Params) -> int:
    name = "maximum_duration_without_endpointing"
    seconds: float = given.get(name, DEFAULTS[name])
    return round(seconds * 1000)


def end_of_turn(given: Params) -> EndOfTurn | None:
    """None: silence alone ends an utterance."""
    if "end_of_turn" not in given:
        return None
    said = end_of_turn_params(given["end_of_turn"])
    return EndOfTurn(
        threshold=said["threshold"],
        emission_threshold=said["emission_threshold"],
        max_wait_ms=round(said["max_wait_secs"] * 1000),
        probe_ms=round(said["probe_base_ms"]),
    )


def end_of_turn_params(said: Params) -> dict[str, Any]:
    """Documentation: the defaults; the one threshold follows the other."""
    threshold = said.get("threshold", 0.5)
    usual = {"threshold": threshold, "emission_threshold": threshold}
    return {**usual, "max_wait_secs": 8, "probe_base_ms": 900, **said}


def wanted_messages(given: Params) -> frozenset[str]:
    """The kinds of messages that go over the socket."""
    return with_defaults(MESSAGES, given.get("messages_config", {}))


def wanted_callbacks(given: Params) -> frozenset[str]:
    """The kinds of messages that go to the callback's address; none: there is no callback."""
    config = given.get("callback_config", {})
    if not given.get("callback") or "url" not in config:
        return frozenset()
    return with_defaults(CALLBACKS, config)


def with_defaults(usual: Mapping[str, bool], said: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name in usual if said.get(name, usual[name]))


def live_params(given: Params) -> dict[str, Any]:
    """The request as the service shows it again, with the defaults. GUESS: in every part of it."""
    shown = dict(merge_defaults(DEFAULTS, given))
    if "callback_config" in given:
        shown["callback_config"] = dict(merge_defaults(CALLBACKS, given["callback_config"]))
    if "end_of_turn" in given:
        shown["end_of_turn"] = end_of_turn_params(given["end_of_turn"])
    return shown


def merge_defaults(usual: Mapping[str, Any], said: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The usual entries first, part by part; then those that have no usual value."""
    for name, value in usual.items():
        inner = isinstance(value, Mapping) and isinstance(said.get(name, value), Mapping)
        yield (
            name,
            dict(merge_defaults(value, said.get(name, {}))) if inner else said.get(name, value),
        )
    for name, value in said.items():
        if name not in usual and name != "custom_metadata":
            yield name, value
