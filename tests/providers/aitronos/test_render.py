"""Records as JSON."""

from datetime import timedelta

import pytest

from emulator.core.http.pagination import paginate
from emulator.core.scenario.model import JobError
from emulator.core.state.jobs import Phase, Timeline
from emulator.providers.aitronos import render
from tests.providers.aitronos.jobs import ID, T0, URL, record, said, steps

JOB_URL = f"http://h/v1/audio/transcribe/{ID}"
FAILS = steps((0, Phase.QUEUED), (2, Phase.FAILED))


def test_a_new_job_has_no_duration_and_no_end() -> None:
    body = render.transcription(record(), None)

    assert body == {
        "transcription_id": ID,
        "status": "queued",
        "model_key": "fvt-1",
        "audio_metadata": {"url": URL, "duration": None, "language": "en"},
        "timestamps": {
            "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:00Z",
            "completed_at": None,
            "processing_time_seconds": None,
        },
    }


def test_a_running_job_was_updated_when_it_began() -> None:
    body = render.transcription(record(after=2), None)

    assert body["status"] == "processing"
    assert body["timestamps"] == {
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": "2026-01-05T09:00:01Z",
        "completed_at": None,
        "processing_time_seconds": None,
    }


def test_a_completed_job_has_text_duration_and_times() -> None:
    body = render.transcription(record(after=11), "Hello and welcome.")

    assert body == {
        "transcription_id": ID,
        "status": "completed",
        "model_key": "fvt-1",
        "audio_metadata": {"url": URL, "duration": 42.5, "language": "en"},
        "timestamps": {
            "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:03Z",
            "completed_at": "2026-01-05T09:00:03Z",
            "processing_time_seconds": 3.0,
        },
        "text": "Hello and welcome.",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            JobError(),
            {"code": "TRANSCRIPTION_FAILED", "message": "The audio could not be transcribed"},
        ),
        (JobError(422, "Unprocessable"), {"code": "422", "message": "Unprocessable"}),
        (JobError("BAD_AUDIO", ""), {"code": "BAD_AUDIO", "message": ""}),
    ],
)
def test_a_failed_job_says_why(given: JobError, said: dict[str, str]) -> None:
    body = render.transcription(record(after=5, timeline=FAILS, error=given), None)

    assert body == {
        "transcription_id": ID,
        "status": "failed",
        "model_key": "fvt-1",
        "audio_metadata": {"url": URL, "duration": None, "language": "en"},
        "timestamps": {
            "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:02Z",
            "completed_at": None,
            "processing_time_seconds": None,
        },
        "error": said,
    }


def test_a_list_shows_seven_fields_of_a_job() -> None:
    assert render.summary(record(after=11)) == {
        "transcription_id": ID,
        "status": "completed",
        "model_key": "fvt-1",
        "synapses_consumed": 120,
        "audio_duration_seconds": 42.5,
        "created_at": "2026-01-05T09:00:00Z",
        "completed_at": "2026-01-05T09:00:03Z",
    }


def test_a_list_shows_an_unfinished_job_without_its_end() -> None:
    body = render.summary(record())

    assert body["audio_duration_seconds"] is None
    assert body["completed_at"] is None


@pytest.mark.parametrize(("after", "refunded"), [(0, 0), (2, 120)])
def test_a_bill_shows_what_was_given_back(after: float, refunded: int) -> None:
    assert render.billing(record(after=after, timeline=FAILS)) == {
        "synapses_consumed": 120,
        "synapses_refunded": refunded,
        "currency": "synapses",
    }


def test_a_page_has_no_offset() -> None:
    assert render.pagination(paginate([record()] * 5, offset=2, limit=2), {"first": "u"}) == {
        "total_count": 5,
        "returned_count": 2,
        "limit": 2,
        "has_more": True,
        "links": {"first": "u"},
    }


def test_a_deletion_says_when() -> None:
    assert render.deletion(record(), T0 + timedelta(seconds=4)) == {
        "deleted": True,
        "transcription_id": ID,
        "deleted_at": "2026-01-05T09:00:04Z",
        "deleted_upstream": True,
    }


def test_metadata_are_the_same_for_the_same_request() -> None:
    assert render.metadata("req_91c2", T0) == {
        "request_id": "req_91c2",
        "timestamp": "2026-01-05T09:00:00Z",
        "processing_time_ms": 43,
    }


@pytest.mark.parametrize("timeline", [steps((0, Phase.QUEUED)), FAILS])
def test_a_job_without_results_leads_to_itself(timeline: Timeline) -> None:
    one = record(after=11, timeline=timeline)

    assert render.actions(one, JOB_URL) == {"self": {"href": JOB_URL, "method": "GET"}}


def test_a_completed_job_leads_to_its_results() -> None:
    assert render.actions(record(after=11), JOB_URL) == {
        "get_paragraphs": {"href": f"{JOB_URL}/paragraphs", "method": "GET"},
        "get_sentences": {"href": f"{JOB_URL}/sentences", "method": "GET"},
        "get_subtitles_srt": {"href": f"{JOB_URL}/subtitles/srt", "method": "GET"},
        "get_subtitles_vtt": {"href": f"{JOB_URL}/subtitles/vtt", "method": "GET"},
        "get_subtitles_txt": {"href": f"{JOB_URL}/subtitles/txt", "method": "GET"},
        "search": {"href": f"{JOB_URL}/search", "method": "GET"},
    }


def test_a_redacted_job_leads_to_its_redacted_audio_too() -> None:
    actions = render.actions(record(after=11, redacted=("email",)), JOB_URL)

    assert list(actions)[-1] == "redacted_audio"
    assert actions["redacted_audio"] == {"href": f"{JOB_URL}/redacted-audio", "method": "GET"}


def test_a_span_is_in_seconds_and_a_match_has_a_confidence() -> None:
    (one,) = said("Hello and").utterances

    assert render.span(one) == {"text": "Hello and", "start": 0.0, "end": 2.0}
    assert render.match(one) == {"text": "Hello and", "start": 0.0, "end": 2.0, "confidence": 0.9}


def test_redaction_is_told_in_headers() -> None:
    assert render.redaction(record()) == {}
    assert render.redaction(record(redacted=("email", "ssn"))) == {
        "X-PII-Redacted": "true",
        "X-PII-Policies": "email,ssn",
    }


@pytest.mark.parametrize(
    ("after", "timeline", "cache"),
    [
        (0, FAILS, "public, max-age=5"),
        (2, FAILS, "public, max-age=86400"),
        (1, steps((0, Phase.QUEUED), (1, Phase.PROCESSING)), "public, max-age=5"),
        (1, steps((0, Phase.QUEUED), (1, Phase.COMPLETED)), "public, max-age=86400"),
    ],
)
def test_caches_keep_what_is_over_for_a_day(after: float, timeline: Timeline, cache: str) -> None:
    one = record(after=after, timeline=timeline)

    assert render.cache_control(one) == cache
