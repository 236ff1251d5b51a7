from datetime import UTC, datetime

from emulator.core.http.messages import Request
from emulator.core.journal.exchange import JobChange, RequestTrace
from emulator.core.scenario.model import JobCondition, JobPlan, Rule, RuleMatch, Scenario, SeedJobs
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import USUAL, Job, Phase, Step
from tests.support.toy_provider import JSON, KEY, TOY, ask, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
RULE = Rule(
    JobCondition(audio="*slow*"), JobPlan((Step(0, Phase.QUEUED), Step(60, Phase.COMPLETED)))
)
OLD = Job(ID, datetime(2026, 1, 5, 8, tzinfo=UTC), (Step(0, Phase.COMPLETED),))


def test_a_request_that_makes_a_job_tells_of_rules_and_job() -> None:
    tenants = toy_tenants(Scenario(jobs=(RULE,)))

    exchange = ask("POST", "/v1/notes", tenants, headers={**KEY, **JSON}, body=b'{"text": "slow"}')

    made = exchange.trace.jobs[0].after
    assert made is not None
    assert made.timeline == RULE.plan.timeline
    assert exchange.trace == RequestTrace(
        reached_operation=True,
        plans=(RuleMatch("toy_notes", "slow", "", "test-toy", (RULE,), RULE),),
        jobs=(JobChange(made.id, None, made),),
    )


def test_a_request_that_names_a_job_tells_how_it_was_and_is() -> None:
    tenants = toy_tenants(Scenario(existing=(SeedJobs("toy_notes", id=ID),)))

    read = ask("GET", f"/v1/notes/{ID}", tenants)
    deleted = ask("DELETE", f"/v1/notes/{ID}", tenants)

    assert read.trace == RequestTrace(reached_operation=True, jobs=(JobChange(ID, OLD, OLD),))
    assert deleted.trace == RequestTrace(reached_operation=True, jobs=(JobChange(ID, OLD, None),))


def test_a_request_that_is_refused_before_tells_nothing() -> None:
    assert ask("GET", "/v1/notes", headers={}).trace == RequestTrace()


def test_what_a_request_does_a_thousand_times_is_kept_twenty_times() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    backend.observer.begin(Request("POST", "/"), backend.find_job)
    for number in range(30):
        backend.new_job(str(number), backend.plan_job(Audio("a", "")))

    course = backend.observer.trace(backend.find_job)
    assert (len(course.plans), len(course.jobs)) == (20, 20)
    assert course.jobs[0] == JobChange("0", None, None)
    assert backend.plan_job(Audio("a", "")).timeline == USUAL


def test_what_a_request_names_and_is_not_there_is_no_job() -> None:
    assert ask("GET", f"/v1/notes/{ID}").trace == RequestTrace(reached_operation=True)
