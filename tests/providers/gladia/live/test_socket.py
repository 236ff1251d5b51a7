"""Live sessions through the emulator, without a socket: init, frames, the job that is left."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from emulator.application.addressing import IncomingRequest
from emulator.core.engine.websocket_session import WebSocketSession, open_session
from emulator.core.http.messages import parse_json
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.conversation import Close, Frame, Reply
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.pcm import PcmFormat, wav
from emulator.providers.gladia.records import SessionToken, Transcription
from tests.providers.gladia.jobs import SCRIPTED
from tests.support.clients import Bench, bench, exported

STOP = '{"type": "stop_recording"}'
SECOND = bytes(32_000)


def init(b: Bench, **given: Any) -> Any:
    answer = b.http.post("/v2/live", json=given)
    assert answer.status_code == 201, answer.text
    return answer.json()


def knock(b: Bench, url: str) -> tuple[Exchange, WebSocketSession | None]:
    parts = urlsplit(url)
    arrival = IncomingRequest(
        "GET", parts.path, tuple(parse_qsl(parts.query)), {"host": parts.netloc}
    )
    place = b.emulator.route(arrival)
    assert place
    return open_session(GLADIA, b.emulator.provider_request(arrival, place), b.emulator.tenants)


def join(b: Bench, url: str) -> WebSocketSession:
    exchange, dialogue = knock(b, url)
    assert dialogue is not None, exchange.response
    dialogue.open()
    return dialogue


def talk(b: Bench, *frames: Frame, **given: Any) -> tuple[str, list[Any], Reply]:
    """The session's id, every message, and the last reply."""
    begun = init(b, **given)
    dialogue = join(b, begun["url"])
    messages: list[Any] = []
    reply = Reply()
    for frame in frames:
        reply = dialogue.receive(frame)
        messages += [message.content for message in reply.messages]
    dialogue.close(1000)
    assert next(reversed(list(b.tenant.journal))).violations == ()
    return begun["id"], messages, reply


def job(b: Bench, id: str) -> Any:
    answer = b.http.get(f"/v2/live/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def rule(live: str, more: str = "") -> str:
    return f"{SCRIPTED}    gladia: {{live: {live}}}\n{more}"


# The whole way


def test_the_job_of_a_session_says_what_the_session_said() -> None:
    b = bench(GLADIA, SCRIPTED)

    id, messages, reply = talk(b, *[SECOND] * 4, STOP, custom_metadata={"user": "Ann"})

    finals = [
        message["data"]["utterance"] for message in messages if message["type"] == "transcript"
    ]
    shown = job(b, id)
    assert reply.close == Close(1000)
    assert [final["text"] for final in finals] == [" Hello.", " Goodbye."]
    assert shown["result"].pop("messages") == [
        json.dumps(message, separators=(",", ":")) for message in messages
    ]
    assert shown["result"] == {
        "metadata": {
            "audio_duration": 4.0,
            "number_of_distinct_channels": 1,
            "billing_time": 4.0,
            "transcription_time": 0.0,
        },
        "transcription": {
            "languages": ["en"],
            "utterances": finals,
            "full_transcript": "Hello. Goodbye.",
        },
    }
    del shown["result"], shown["request_params"]
    assert shown == {
        "id": id,
        "request_id": f"G-{id[:8]}",
        "version": 2,
        "status": "done",
        "created_at": "2026-01-05T09:00:00.000Z",
        "completed_at": "2026-01-05T09:00:00.000Z",
        "custom_metadata": {"user": "Ann"},
        "error_code": None,
        "kind": "live",
        "file": {
            "id": id,
            "filename": f"{id}.wav",
            "source": None,
            "audio_duration": 4.0,
            "number_of_channels": 1,
        },
    }


def test_the_final_transcript_is_the_jobs_result_without_the_messages() -> None:
    b = bench(GLADIA)

    id, messages, _ = talk(b, *[SECOND] * 8, STOP, post_processing={"summarization": True})

    told = next(
        message["data"] for message in messages if message["type"] == "post_final_transcript"
    )
    assert told == {
        name: value for name, value in job(b, id)["result"].items() if name != "messages"
    }
    assert told["transcription"]["full_transcript"]
    assert told["summarization"]["success"]


def test_the_recording_is_what_was_sent_as_a_wav_file() -> None:
    b = bench(GLADIA)
    sent = bytes(range(256)) * 100

    id, _, _ = talk(b, sent[:1000], sent[1000:], STOP, encoding="wav/ulaw", sample_rate=8000)

    answer = b.http.get(f"/v2/live/{id}/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content == wav(PcmFormat("wav/ulaw", 8, 8000, 1), sent)
    assert job(b, id)["file"]["audio_duration"] == 3.2
    assert b.http.get(f"/v2/transcription/{id}/file").content == answer.content


def test_the_same_seed_and_key_give_the_same_session() -> None:
    one, two = (talk(bench(GLADIA), *[SECOND] * 5, STOP) for _ in range(2))

    assert one == two


def test_both_families_show_the_session() -> None:
    b = bench(GLADIA, SCRIPTED)
    id, _, _ = talk(b, SECOND, STOP)

    for path in ("/v2/live", "/v2/transcription", "/v1/history"):
        assert [one["id"] for one in b.http.get(path).json()["items"]] == [id]
    assert b.http.get("/v2/pre-recorded").json()["items"] == []
    assert b.http.get(f"/v2/transcription/{id}").json() == job(b, id)
    assert b.http.get(f"/v2/pre-recorded/{id}").status_code == 404


def test_flags_choose_what_is_sent() -> None:
    config = {
        "receive_partial_transcripts": True,
        "receive_final_transcripts": False,
        "receive_speech_events": False,
        "receive_acknowledgments": False,
        "receive_post_processing_events": False,
        "receive_lifecycle_events": True,
    }

    _, messages, _ = talk(bench(GLADIA, SCRIPTED), *[SECOND] * 4, STOP, messages_config=config)

    assert [message["type"] for message in messages] == [
        "start_recording",
        "transcript",
        "transcript",
        "end_recording",
        "end_session",
    ]
    assert {
        message["data"]["is_final"] for message in messages if message["type"] == "transcript"
    } == {False}


def test_states_follow_the_session() -> None:
    b = bench(GLADIA, rule("{post_processing: 2s}"))
    begun = init(b)
    states = [job(b, begun["id"])["status"]]
    dialogue = join(b, begun["url"])
    for frame in (SECOND, STOP):
        dialogue.receive(frame)
        states.append(job(b, begun["id"])["status"])
    b.clock.advance(2)
    states.append(job(b, begun["id"])["status"])

    assert states == ["queued", "processing", "processing", "done"]
    assert dialogue.wake().close == Close(1000)


def test_a_session_that_fails_leaves_a_job_that_failed() -> None:
    b = bench(
        GLADIA,
        "jobs:\n  - when: {audio: live}\n    timeline: {processing: 1s, failed: 2s}\n"
        "    error: {code: 502, message: No model.}\n",
    )

    id, messages, reply = talk(b, SECOND, STOP)

    shown = job(b, id)
    assert reply.close == Close(4400, "No model.")
    assert messages[-1]["data"] == {"code": "internal_error", "message": "No model."}
    assert (shown["status"], shown["error_code"], shown["result"]) == ("error", 502, None)


def test_an_addon_that_fails_in_the_session_has_failed_in_the_job() -> None:
    b = bench(GLADIA, f"{SCRIPTED}    gladia: {{addons: {{sentiment_analysis: failed}}}}\n")

    id, messages, _ = talk(b, *[SECOND] * 4, STOP, realtime_processing={"sentiment_analysis": True})

    told = [message for message in messages if message["type"] == "sentiment_analysis"]
    assert [one["data"] for one in told] == [None, None]
    assert job(b, id)["result"]["sentiment_analysis"]["success"] is False


# Who comes in


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=nonsense", "?token=00000000-0000-4000-8000-000000000000"]
)
def test_an_unknown_token_is_403(query: str) -> None:
    b = bench(GLADIA)

    exchange, dialogue = knock(b, f"ws://127.0.0.1:4788/gladia/v2/live{query}")

    assert (dialogue, exchange.response.status) == (None, 403)
    body = parse_json(bytes(exchange.response.body))
    assert isinstance(body, dict)
    assert (body["statusCode"], body["path"], body["message"]) == (403, "/v2/live", "Forbidden")


def test_a_token_of_ones_own_that_belongs_to_no_session_is_403() -> None:
    b = bench(GLADIA)
    url = init(b)["url"]

    exchange, dialogue = knock(b, url[:-4] + "0000")

    assert (dialogue, exchange.response.status, exchange.violations) == (None, 403, ())


def test_a_token_is_used_up_when_the_session_is_over() -> None:
    b = bench(GLADIA)
    begun = init(b)
    dialogue = join(b, begun["url"])
    dialogue.receive(STOP)

    exchange, again = knock(b, begun["url"])

    assert (again, exchange.response.status, exchange.refused) == (None, 403, "BadLink")


def test_a_deleted_session_cannot_be_joined() -> None:
    b = bench(GLADIA)
    begun = init(b)
    join(b, begun["url"]).receive(STOP)

    assert b.http.delete(f"/v2/live/{begun['id']}").status_code == 202
    assert knock(b, begun["url"])[1] is None
    assert list(b.tenant.backend(GLADIA).store.records_with_id(begun["id"])) == []


@pytest.mark.parametrize(("status", "answered"), [(401, 401), (503, 503)])
def test_a_scenario_can_refuse_the_handshake(status: int, answered: int) -> None:
    b = bench(GLADIA, rule(f"{{refuse: {status}}}"))

    exchange, dialogue = knock(b, init(b)["url"])

    assert (dialogue, exchange.response.status) == (None, answered)


def test_a_scenario_can_refuse_with_a_close_code() -> None:
    b = bench(GLADIA, rule("{refuse: 4401}"))
    begun = init(b)

    _, dialogue = knock(b, begun["url"])

    assert dialogue
    assert dialogue.open().close == Close(4401, "refused by the scenario")
    assert job(b, begun["id"])["status"] == "error"


def test_a_new_connection_takes_the_session_over() -> None:
    b = bench(GLADIA, SCRIPTED)
    begun = init(b)
    old = join(b, begun["url"])
    old.receive(SECOND)

    new = join(b, begun["url"])

    gone = Reply(close=Close(4409, "the session goes on over another connection"))
    assert (old.receive(SECOND), old.wake()) == (gone, gone)
    old.close(4409)
    assert new.receive(SECOND).messages[0].content["data"] == {  # type: ignore[index,call-overload]
        "byte_range": [32_000, 64_000],
        "time_range": [1.0, 2.0],
    }


def test_three_oversized_frames_lose_the_session() -> None:
    b = bench(GLADIA)
    begun = init(b)

    for _ in range(3):
        dialogue = join(b, begun["url"])
        assert dialogue.receive(bytes(1024 * 1024 + 1)).close == Close(1009, "message too big")
        dialogue.close(1009)

    assert knock(b, begun["url"])[0].response.status == 403
    assert job(b, begun["id"])["status"] == "error"


def test_a_session_that_is_deleted_under_a_client_closes() -> None:
    b = bench(GLADIA)
    begun = init(b)
    dialogue = join(b, begun["url"])
    backend = b.tenant.backend(GLADIA)

    backend.store.delete(backend.store.get(Transcription, begun["id"]))

    gone = Reply(close=Close(4404, "the session has been deleted"))
    assert (dialogue.receive(SECOND), dialogue.wake()) == (gone, gone)
    assert dialogue.wait_seconds() is None
    dialogue.close(4404)


# Time


def test_an_idle_connection_is_closed_and_the_session_goes_on() -> None:
    b = bench(GLADIA, SCRIPTED)
    begun = init(b)
    dialogue = join(b, begun["url"])
    dialogue.receive(SECOND)

    b.clock.advance(30)
    reply = dialogue.wake()
    again = join(b, begun["url"]).receive(SECOND)

    assert reply.close == Close(1011, "no audio was received for 30 seconds")
    assert again.messages[0].content["data"]["byte_range"] == [32_000, 64_000]  # type: ignore[index,call-overload]


def test_a_session_that_nobody_stops_is_done_after_three_hours() -> None:
    b = bench(GLADIA, SCRIPTED)
    begun = init(b)
    join(b, begun["url"]).receive(SECOND * 2)

    b.clock.advance(3 * 3600)

    shown = job(b, begun["id"])
    assert (shown["status"], shown["completed_at"]) == ("done", "2026-01-05T12:00:00.000Z")
    assert shown["result"]["transcription"]["full_transcript"] == "Hello."
    assert knock(b, begun["url"])[1] is None


def test_a_live_clock_is_waited_for() -> None:
    b = bench(GLADIA, f"{SCRIPTED}clock: {{mode: wall, speed: 10}}\n")
    dialogue = join(b, init(b)["url"])

    waiting = dialogue.wait_seconds()

    assert waiting is not None
    assert 2.5 < waiting <= 3.0


# What else is asked for


@pytest.mark.parametrize(
    ("public", "begins"),
    [
        ("http://127.0.0.1:4788", "ws://127.0.0.1:4788/gladia/v2/live?token="),
        ("https://speech.test/base", "wss://speech.test/base/gladia/v2/live?token="),
    ],
)
def test_the_sockets_address_is_the_one_that_the_client_used(public: str, begins: str) -> None:
    b = bench(GLADIA)
    b.emulator.url_policy = replace(b.emulator.url_policy, public_url=public)

    begun = init(b)

    assert begun["url"].startswith(begins)
    assert len(begun["url"]) == len(begins) + 36
    assert begun["created_at"] == "2026-01-05T09:00:00.000Z"


@pytest.mark.parametrize("region", ["us-west", "eu-west"])
def test_a_region_may_be_named(region: str) -> None:
    assert bench(GLADIA).http.post(f"/v2/live?region={region}").status_code == 201


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"region": "eu-west"}, "property region should not exist"),
        (
            {"encoding": "mp3"},
            "encoding must be one of the following values: wav/pcm, wav/alaw, wav/ulaw",
        ),
        ({"channels": 9}, "channels must not be greater than 8"),
        ({"endpointing": 0}, "endpointing must not be less than 0.01"),
        ({"pii_redaction": True}, "property pii_redaction should not exist"),
        (
            {"pre_processing": {"speech_threshold": 2}},
            "pre_processing.speech_threshold must not be greater than 1",
        ),
        (
            {"custom_metadata": {"a": "x" * 2000}},
            "custom_metadata must be shorter than or equal to 2000 characters",
        ),
    ],
)
def test_a_bad_request_is_refused_in_the_services_words(given: Any, said: str) -> None:
    answer = bench(GLADIA).http.post("/v2/live", json=given)

    assert answer.status_code == 400
    assert answer.json()["validation_errors"] == [said]


def test_what_livekits_client_still_sends_is_taken() -> None:
    init(bench(GLADIA), realtime_processing={"words_accurate_timestamps": False})


def test_notes_are_kept_with_the_session_and_are_in_no_list() -> None:
    b = bench(GLADIA)
    id = init(b)["id"]

    answer = b.http.patch(f"/v2/live/{id}", json={"ended": "by hand"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert job(b, id)["post_session_metadata"] == {"ended": "by hand"}
    assert "post_session_metadata" not in b.http.get("/v2/live").json()["items"][0]


def test_notes_outlast_what_is_said_afterwards() -> None:
    b = bench(GLADIA)
    begun = init(b)
    b.http.patch(f"/v2/live/{begun['id']}", json={"a": 1})

    join(b, begun["url"]).receive(SECOND)

    assert job(b, begun["id"])["post_session_metadata"] == {"a": 1}


@pytest.mark.parametrize(
    ("content", "status"), [([1], 400), ({"a": "x" * 100_000}, 413), ({"a": "x" * 99_992}, 204)]
)
def test_notes_are_an_object_of_at_most_100_kb(content: Any, status: int) -> None:
    b = bench(GLADIA)
    id = init(b)["id"]

    answer = b.http.patch(f"/v2/live/{id}", json=content)

    assert answer.status_code == status
    if status == 413:
        assert answer.json()["message"] == "payload too large"


def test_a_free_plan_bears_one_session_at_a_time() -> None:
    b = bench(GLADIA, "jobs:\n  - gladia: {plan: free}\n")
    begun = init(b)

    second = b.http.post("/v2/live", json={})
    join(b, begun["url"]).receive(STOP)
    third = b.http.post("/v2/live", json={})

    assert (second.status_code, third.status_code) == (429, 201)


def test_a_key_without_quota_opens_no_session() -> None:
    b = bench(GLADIA, "keys: {test-key: out_of_quota}\n")

    assert b.http.post("/v2/live", json={}).status_code == 403


def test_a_reset_forgets_the_sessions() -> None:
    b = bench(GLADIA)
    begun = init(b)

    b.emulator.tenants.reset(b.tenant)

    assert knock(b, begun["url"])[1] is None
    assert b.tenant.backend(GLADIA).store.find(Session, begun["id"]) is None


def test_nobody_can_connect_to_an_exported_session() -> None:
    b = bench(GLADIA, SCRIPTED)
    talk(b, SECOND)

    after = exported(b).tenant.backend(GLADIA)

    [session] = after.store.oldest_first(Session)
    assert not session.is_open(b.clock.now())
    assert list(after.store.oldest_first(SessionToken)) == []


CHAPTERS = {"post_processing": {"chapterization": True}}


def test_chapters_of_a_session_are_asked_for_in_vain() -> None:
    b = bench(GLADIA, SCRIPTED)

    id, messages, _ = talk(b, *[SECOND] * 4, STOP, **CHAPTERS)

    assert "post_chapterization" not in [message["type"] for message in messages]
    assert "chapterization" not in job(b, id)["result"]
    assert job(b, id)["request_params"]["post_processing"]["chapterization"] is True


def test_a_scenario_can_bring_the_chapters_back() -> None:
    b = bench(GLADIA, f"{SCRIPTED}    gladia: {{legacy_addons: applied}}\n")

    id, messages, _ = talk(b, *[SECOND] * 4, STOP, **CHAPTERS)

    assert "post_chapterization" in [message["type"] for message in messages]
    assert job(b, id)["result"]["chapterization"]["success"] is True


def test_a_scenario_can_refuse_the_chapters() -> None:
    b = bench(GLADIA, f"{SCRIPTED}    gladia: {{legacy_addons: refused}}\n")

    answer = b.http.post("/v2/live", json=CHAPTERS)

    assert answer.json()["validation_errors"] == [
        "post_processing.property chapterization should not exist"
    ]


TURNS = {"threshold": 0.5, "emission_threshold": 0.5, "max_wait_secs": 8, "probe_base_ms": 900}
SPEECH = ("speech_start", "speech_turn_end", "speech_end", "answering_machine")


def heard_of(messages: list[Any], *types: str) -> list[tuple[str, Any]]:
    return [(message["type"], message["data"]) for message in messages if message["type"] in types]


def test_the_end_of_a_turn_and_who_answered_are_told() -> None:
    b = bench(GLADIA, SCRIPTED)

    id, messages, _ = talk(b, *[SECOND] * 6, STOP, end_of_turn=TURNS)

    assert heard_of(messages, *SPEECH) == [
        ("speech_start", {"time": 0.5, "channel": 0}),
        ("speech_end", {"time": 2.0, "channel": 0}),
        ("speech_turn_end", {"time": 2.0, "channel": 0}),
        ("speech_start", {"time": 2.5, "channel": 0}),
        ("speech_end", {"time": 3.5, "channel": 0}),
        ("speech_turn_end", {"time": 3.5, "channel": 0}),
        (
            "answering_machine",
            {"kind": "human", "confidence": 0.12, "time": 5.5, "channel": 0},
        ),
    ]
    assert job(b, id)["request_params"]["end_of_turn"] == TURNS


@pytest.mark.parametrize(
    ("word", "found"),
    [
        (
            "machine",
            [
                (
                    "answering_machine",
                    {"kind": "machine", "confidence": 0.88, "time": 5.5, "channel": 0},
                )
            ],
        ),
        ("off", []),
    ],
)
def test_a_scenario_says_who_answered(word: str, found: list[Any]) -> None:
    b = bench(GLADIA, rule(f"{{answering_machine: {word}}}"))

    _, messages, _ = talk(b, *[SECOND] * 6, STOP)

    assert heard_of(messages, "answering_machine", "speech_turn_end") == found


def test_nobody_is_said_to_have_answered_where_a_session_is_short_or_silent() -> None:
    short = talk(bench(GLADIA, SCRIPTED), *[SECOND] * 5, STOP)[1]
    silence = "transcripts: {none: {language: en, lines: []}}\njobs: [{transcript: none}]\n"
    silent = talk(bench(GLADIA, silence), *[SECOND] * 9, STOP)[1]

    assert heard_of(short, "answering_machine") == heard_of(silent, "answering_machine") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("threshold", 1.1), ("emission_threshold", -1), ("max_wait_secs", 31), ("probe_base_ms", 99)],
)
def test_an_end_of_turn_keeps_to_its_bounds(name: str, value: float) -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/live", json={"end_of_turn": {name: value}})

    assert answer.status_code == 400
    assert answer.json()["validation_errors"][0].startswith(f"end_of_turn.{name} must")
