"""An order and a scenario give a job: how it goes, and what it costs."""

from math import ceil

from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import JobPlan
from emulator.core.state.jobs import Job
from emulator.providers.aitronos.records import Price, Priority, Transcription, TranscriptionOptions

REFRESH_SECONDS = 10.0  # published with the operation
# GUESS: urgency multiplies the price, as published; by how much is not.
FACTORS = {Priority.NORMAL: 1.0, Priority.HIGH: 1.5, Priority.URGENT: 2.0}
PRICE_PER_MINUTE = 120.0  # GUESS: prices are not published
CURRENCY = "synapses"  # GUESS: the field is documented, its value is not
ORGANIZATION = "org_" + "0" * 32  # of jobs that a scenario says are there


def new_transcription(
    order: TranscriptionOptions, plan: JobPlan, job: Job, backend: Backend
) -> Transcription:
    """The record of a job, first checked when it was made."""
    facts = plan.options_of(backend.provider)
    duration_ms = backend.library.duration_ms(order.audio, script=plan.transcript)
    return Transcription(
        id=job.id,
        job=job,
        order=order,
        duration_ms=duration_ms,
        price=price(
            duration_ms,
            order.priority,
            per_minute=facts.get("price_per_minute", PRICE_PER_MINUTE),
            currency=facts.get("currency", CURRENCY),
        ),
        checked_at=job.made_at,
        refresh_seconds=facts.get("refresh_seconds", REFRESH_SECONDS),
        script=plan.transcript,
        error=plan.error,
        deleted_upstream=facts.get("deleted_upstream", True),
    )


def price(
    duration_ms: int, urgency: Priority, *, per_minute: float, currency: str = CURRENCY
) -> Price:
    """GUESS: each minute that was begun. Published: the length times factors."""
    minutes = ceil(duration_ms / 60_000)
    amount = round(minutes * per_minute * FACTORS[urgency], 6)  # 1.1 * 10 is not quite 11
    return Price(ceil(amount), currency)
