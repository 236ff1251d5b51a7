"""What a job costs, and which jobs are there already."""

import pytest

from emulator.providers.aitronos import AITRONOS
from emulator.providers.aitronos.planning import price
from emulator.providers.aitronos.records import Price, Priority
from tests.providers.aitronos.jobs import PATH
from tests.support.clients import bench


@pytest.mark.parametrize(
    ("duration_ms", "priority", "per_minute", "consumed"),
    [
        (42_500, Priority.NORMAL, 120, 120),
        (60_000, Priority.NORMAL, 120, 120),
        (60_001, Priority.NORMAL, 120, 240),
        (150_000, Priority.HIGH, 120, 540),
        (150_000, Priority.URGENT, 120, 720),
        (600_000, Priority.NORMAL, 1.1, 11),
        (60_000, Priority.HIGH, 1, 2),
        (60_000, Priority.URGENT, 0, 0),
    ],
)
def test_each_begun_minute_is_paid_for(
    duration_ms: int, priority: Priority, per_minute: float, consumed: int
) -> None:
    assert price(duration_ms, priority, per_minute=per_minute) == Price(consumed, "synapses")


def test_a_scenario_has_jobs_from_before() -> None:
    b = bench(
        AITRONOS,
        """
        transcripts: {short: {language: de, minutes: 1.25}}
        existing:
          - {provider: aitronos, count: 3, phase: processing, age: 10s..30s}
          - {provider: aitronos, id: trans_mine, transcript: short, language: de, age: 20s,
             audio: "https://media.example.com/old.mp3"}
        """,
    )

    found = b.http.get(PATH).json()["data"]["transcriptions"]

    assert [(one["created_at"], one["status"], one["completed_at"]) for one in found] == [
        ("2026-01-05T08:59:50Z", "processing", None),
        ("2026-01-05T08:59:40Z", "completed", "2026-01-05T08:59:43Z"),
        ("2026-01-05T08:59:40Z", "processing", None),
        ("2026-01-05T08:59:30Z", "processing", None),
    ]
    assert found[1] == {
        "transcription_id": "trans_mine",
        "status": "completed",
        "model_key": "fvt-1",
        "synapses_consumed": 240,
        "audio_duration_seconds": 75.0,
        "created_at": "2026-01-05T08:59:40Z",
        "completed_at": "2026-01-05T08:59:43Z",
    }


def test_a_job_from_before_keeps_its_audio_and_language() -> None:
    b = bench(
        AITRONOS,
        "existing: [{provider: aitronos, id: trans_mine, language: de, audio: 'https://h/a.mp3'}]",
    )

    data = b.http.get(f"{PATH}/trans_mine").json()["data"]

    assert data["audio_metadata"]["url"] == "https://h/a.mp3"
    assert data["audio_metadata"]["language"] == "de"


def test_a_job_that_stays_never_ends() -> None:
    b = bench(AITRONOS, "existing: [{provider: aitronos, id: trans_mine, phase: queued}]")

    b.clock.advance(100_000)

    assert b.http.get(f"{PATH}/trans_mine").json()["data"]["status"] == "queued"
