from datetime import UTC, datetime

from emulator.core.http.messages import Request, Response
from emulator.core.provider.provider import as_it_is, nothing_more, nothing_there
from emulator.core.scenario.model import Existing, Match, Plan, Rule, Scenario
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, Phase, Step
from emulator.core.webhooks.model import Moment
from tests.support.toy_provider import TOY, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
SLOW = Plan((Step(0, Phase.QUEUED), Step(60, Phase.FAILED)))


def test_the_slug_is_the_name_in_urls() -> None:
    assert TOY.slug == "toy-notes"


def test_a_service_forgives_nothing_and_adds_nothing_unless_told() -> None:
    request, response = Request("GET", "/"), Response(200)
    backend = toy_tenants().default.backend(TOY)

    assert as_it_is(TOY.contract.operations["listNotes"], request) is request
    assert nothing_more(request, response, backend) is response
    assert nothing_there(backend) == ()


def test_a_plan_is_the_scenarios_for_provider_recording_language_and_key() -> None:
    rules = (
        Rule(Match(provider="other"), Plan()),
        Rule(Match("toy_notes", "*slow*", "de-*", "test-*"), SLOW),
    )
    backend = toy_tenants(Scenario(jobs=rules)).open("test-ann").backend(TOY)

    assert backend.plan(Audio("a-slow.wav", ""), "de-DE") is SLOW
    assert backend.plan(Audio("a-slow.wav", "")) == Plan()
    assert backend.plan(Audio("a.wav", ""), "de-DE") == Plan()


def test_a_job_is_made_now() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    backend.clock.advance(1)
    job = backend.job("a", SLOW)

    assert job == Job("a", datetime(2026, 1, 5, 9, 0, 1, tzinfo=UTC), SLOW.timeline)
    assert backend.now() == job.made_at


def test_a_job_from_before_stands_in_its_phase() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    job = backend.existing_job("a", Existing("toy", phase=Phase.FAILED), 2)

    timeline = (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING), Step(2, Phase.FAILED))
    assert job == Job("a", datetime(2026, 1, 5, 8, 59, 58, tzinfo=UTC), timeline)
    assert job.phase_at(backend.now()) == Phase.FAILED


def test_an_api_without_webhooks_has_nothing_to_say() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    assert tuple(TOY.webhooks.announce(Moment(backend.now(), "toy", "a", "done"), backend)) == ()
