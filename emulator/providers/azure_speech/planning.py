"""What a scenario makes of an order: its recordings, how each of them goes, and the whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import JobError, JobPlan
from emulator.core.scenario.schema.types import (
    IntegerType,
    ListType,
    MapType,
    ObjectType,
    StringType,
    UnionType,
    Values,
    choice_of,
)
from emulator.core.speech.media import audio_of_url
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import FINAL, Job, Phase, Step
from emulator.providers.azure_speech.records import (
    Failure,
    File,
    Recording,
    Settings,
    Transcription,
    TranscriptionRequest,
)

DEFAULT_BLOBS = ("audio1.wav", "audio2.wav")  # of a container that the scenario says nothing about
LONGEST_DIARIZED_MS = 240 * 60_000  # published: 240 minutes a file with diarization

# Seen in answers of the service: the report says what is wrong with a file, the job says little.
UNREADABLE = Failure("InvalidData", "The audio format is invalid or cannot be detected.")
VAGUE = Failure("InvalidData", "The recordings URI contains invalid data.")

FAILED = ObjectType(
    "A recording that fails in words of its own.",
    {
        "failed": ObjectType(
            "What the report says of it; what is left out is as usual.",
            {
                "kind": StringType("The errorKind, such as InvalidUri or Timeout."),
                "message": StringType("The errorMessage."),
            },
        )
    },
    required=("failed",),
)
END: UnionType[Values] = UnionType(
    "How it ends.",
    scalar=choice_of("In the usual words.", {"failed": {"failed": {}}}, noun="end"),
    mapping=FAILED,
)
FILES = MapType(
    "Which recordings cannot be transcribed; the others still are.",
    keys=IntegerType("The recording's place in the request, from 0.", most=9999),
    values=END,
)
WORDS = ObjectType(
    "How a transcription goes at Azure AI Speech.",
    {
        "files": FILES,
        "blobs": ListType(
            f"What is in a container: paths from its root. Usually {' and '.join(DEFAULT_BLOBS)}.",
            StringType("A path such as calls/0001.wav."),
            least=1,
        ),
        "channels": IntegerType("How many channels the recordings have.", least=1, most=2),
    },
)


class Input(Struct, frozen=True):
    """One recording of an order, and what the scenario plans for it."""

    audio: Audio
    name: str  # of its result file
    plan: JobPlan


def new_transcription(order: TranscriptionRequest, backend: Backend) -> Transcription:
    """The order as it will go, made now.

    Each recording has a plan of its own: its transcript, its channels, whether it fails. The whole
    takes as long as the slowest recording that does not fail, and fails only if all of them do.
    Seen: one bad file among good ones is in the report, a single bad one fails the transcription.
    """
    inputs = tuple(find_inputs(order, backend))
    leading = slowest_plan([one.plan for one in inputs])
    recordings = tuple(analyse_recordings(inputs, leading, order.settings, backend))
    timeline = leading.timeline
    if all(recording.failure for recording in recordings):
        timeline = tuple(failing(step) for step in timeline)
    job = backend.new_job(backend.ids.uuid(), replace(leading, timeline=timeline))
    return assemble(job, order, recordings, backend)


def assemble(
    job: Job, order: TranscriptionRequest, recordings: tuple[Recording, ...], backend: Backend
) -> Transcription:
    found = tuple(files(job.id, recordings, backend))
    return Transcription(job, order, recordings, found, error_of(recordings))


def error_of(recordings: Sequence[Recording]) -> Failure | None:
    """What the transcription says of itself; None: some of it can be transcribed."""
    failures = tuple(recording.failure for recording in recordings if recording.failure)
    if len(failures) < len(recordings):
        return None
    return VAGUE if failures[0] == UNREADABLE else failures[0]


def retime(record: Transcription, job: Job, backend: Backend) -> None:
    """Put the record back with another timeline; one that fails by hand has a reason, too."""
    if job.timeline[-1].phase == Phase.FAILED and record.error is None:
        recordings = tuple(
            replace(recording, failure=recording.failure or UNREADABLE)
            for recording in record.recordings
        )
        record = replace(
            record,
            recordings=recordings,
            files=record.files[-1:],  # the report
            error=error_of(recordings),
        )
    backend.store.put(replace(record, job=job))


def find_inputs(order: TranscriptionRequest, backend: Backend) -> Iterator[Input]:
    for index, url in enumerate(order.content_urls):
        audio = audio_of_url(url)
        yield Input(audio, f"contenturl_{index}.json", backend.plan_job(audio, order.locale))
    container = order.container_url or order.dataset_path
    if container:
        yield from container_blobs(container, order, backend)


def container_blobs(
    container: str, order: TranscriptionRequest, backend: Backend
) -> Iterator[Input]:
    """The recordings of a container or a dataset; the scenario says which, by its URL."""
    listed = facts(backend.plan_job(audio_of_url(container), order.locale), backend)
    root = urlsplit(container)._replace(query="", fragment="").geturl().rstrip("/")
    for blob in listed.get("blobs", DEFAULT_BLOBS):
        audio = audio_of_url(f"{root}/{blob}")
        plan = backend.plan_job(audio, order.locale)
        # Published: the source of a blob is its path from the root, and so is its file's name.
        yield Input(replace(audio, source=blob), f"{blob}.json", plan)


def facts(plan: JobPlan, backend: Backend) -> Mapping[str, Any]:
    return plan.options_of(backend.provider)


def slowest_plan(plans: Sequence[JobPlan]) -> JobPlan:
    """The plan that ends last, one that never ends before all; the first among equals."""
    good = [plan for plan in plans if not is_failing(plan)] or plans
    return max(good, key=end_seconds)


def end_seconds(plan: JobPlan) -> float:
    last = plan.timeline[-1]
    return last.after_seconds if last.phase in FINAL else float("inf")


def is_failing(plan: JobPlan) -> bool:
    return plan.timeline[-1].phase == Phase.FAILED


def failing(step: Step) -> Step:
    return replace(step, phase=Phase.FAILED) if step.phase == Phase.COMPLETED else step


def analyse_recordings(
    inputs: Sequence[Input], leading: JobPlan, settings: Settings, backend: Backend
) -> Iterator[Recording]:
    ends = facts(leading, backend).get("files", {})
    for index, one in enumerate(inputs):
        audio = replace(one.audio, channels=facts(one.plan, backend).get("channels"))
        script = one.plan.transcript
        duration_ms = backend.library.duration_ms(audio, script=script)
        failure = (
            (failure_of(ends[index]["failed"]) if index in ends else None)
            or (planned_failure(one.plan.error) if is_failing(one.plan) else None)
            or diarization_failure(audio, duration_ms, settings)
        )
        yield Recording(audio, one.name, duration_ms, script, failure)


def failure_of(words: Mapping[str, str]) -> Failure:
    return Failure(words.get("kind", UNREADABLE.kind), words.get("message", UNREADABLE.message))


def planned_failure(error: JobError) -> Failure:
    kind = UNREADABLE.kind if error.code is None else str(error.code)
    return Failure(kind, error.message or UNREADABLE.message)


def diarization_failure(audio: Audio, duration_ms: int, settings: Settings) -> Failure | None:
    """Published: diarization is for mono recordings of up to 240 minutes."""
    bad = (audio.channels or 1) > 1 or duration_ms > LONGEST_DIARIZED_MS
    return VAGUE if settings.diarization and bad else None


def files(id: str, recordings: Sequence[Recording], backend: Backend) -> Iterator[File]:
    """GUESS: a recording that failed leaves a gap in the names."""
    for index, one in enumerate(recordings):
        if one.failure is None:
            yield File(backend.ids.uuid(), one.name, f"{id}_{index}_0.json", one)
    yield File(backend.ids.uuid(), "report.json", f"{id}_report.json", None)
