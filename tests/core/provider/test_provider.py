from datetime import UTC, datetime

from emulator.core.http.messages import Request, Response
from emulator.core.provider.provider import no_existing, request_unchanged, response_unchanged
from emulator.core.scenario.model import JobCondition, JobPlan, Rule, Scenario, SeedJobs
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, Phase, Step
from emulator.core.webhooks.model import PlannedEvent
from tests.support.toy_provider import TOY, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
SLOW = JobPlan((Step(0, Phase.QUEUED), Step(60, Phase.FAILED)))


def test_the_slug_is_the_name_in_urls() -> None:
    assert TOY.slug == "toy-notes"


def test_a_service_forgives_nothing_and_adds_nothing_unless_told() -> None:
    request, response = Request("GET", "/"), Response(200)
    backend = toy_tenants().default.backend(TOY)

    assert request_unchanged(TOY.contract.operations["listNotes"], request) is request
    assert response_unchanged(request, response, backend) is response
    assert no_existing(backend) == ()


def test_a_plan_is_the_scenarios_for_provider_recording_language_and_key() -> None:
    rules = (
        Rule(JobCondition(provider="other"), JobPlan()),
        Rule(JobCondition("toy_notes", "*slow*", "de-*", "test-*"), SLOW),
    )
    backend = toy_tenants(Scenario(jobs=rules)).open("test-ann").backend(TOY)

    assert backend.plan_job(Audio("a-slow.wav", ""), "de-DE") is SLOW
    assert backend.plan_job(Audio("a-slow.wav", "")) == JobPlan()
    assert backend.plan_job(Audio("a.wav", ""), "de-DE") == JobPlan()


def test_a_job_is_made_now() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    backend.clock.advance(1)
    job = backend.new_job("a", SLOW)

    assert job == Job("a", datetime(2026, 1, 5, 9, 0, 1, tzinfo=UTC), SLOW.timeline)
    assert backend.now() == job.made_at


def test_a_job_from_before_stands_in_its_phase() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    job = backend.existing_job("a", SeedJobs("toy", phase=Phase.FAILED), 2)

    timeline = (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING), Step(2, Phase.FAILED))
    assert job == Job("a", datetime(2026, 1, 5, 8, 59, 58, tzinfo=UTC), timeline)
    assert job.phase_at(backend.now()) == Phase.FAILED


def test_an_api_without_webhooks_has_nothing_to_say() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    assert (
        tuple(TOY.webhooks.announce(PlannedEvent(backend.now(), "toy", "a", "done"), backend)) == ()
    )
