from datetime import UTC, datetime

from emulator.core.http.messages import Request
from emulator.core.journal.exchange import Course, JobChange
from emulator.core.scenario.model import Existing, Match, Plan, Planned, Rule, Scenario
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import USUAL, Job, Phase, Step
from tests.support.toy_provider import JSON, KEY, TOY, ask, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
RULE = Rule(Match(audio="*slow*"), Plan((Step(0, Phase.QUEUED), Step(60, Phase.COMPLETED))))
OLD = Job(ID, datetime(2026, 1, 5, 8, tzinfo=UTC), (Step(0, Phase.COMPLETED),))


def test_a_request_that_makes_a_job_tells_of_rules_and_job() -> None:
    tenants = toy_tenants(Scenario(jobs=(RULE,)))

    exchange = ask("POST", "/v1/notes", tenants, headers={**KEY, **JSON}, body=b'{"text": "slow"}')

    made = exchange.course.jobs[0].after
    assert made is not None
    assert made.timeline == RULE.plan.timeline
    assert exchange.course == Course(
        carried_out=True,
        plans=(Planned("toy_notes", "slow", "", "test-toy", (RULE,), RULE),),
        jobs=(JobChange(made.id, None, made),),
    )


def test_a_request_that_names_a_job_tells_how_it_was_and_is() -> None:
    tenants = toy_tenants(Scenario(existing=(Existing("toy_notes", id=ID),)))

    read = ask("GET", f"/v1/notes/{ID}", tenants)
    deleted = ask("DELETE", f"/v1/notes/{ID}", tenants)

    assert read.course == Course(carried_out=True, jobs=(JobChange(ID, OLD, OLD),))
    assert deleted.course == Course(carried_out=True, jobs=(JobChange(ID, OLD, None),))


def test_a_request_that_is_refused_before_tells_nothing() -> None:
    assert ask("GET", "/v1/notes", headers={}).course == Course()


def test_what_a_request_does_a_thousand_times_is_kept_twenty_times() -> None:
    backend = toy_tenants().open("test-ann").backend(TOY)

    backend.trail.begin(Request("POST", "/"), backend.known_job)
    for number in range(30):
        backend.job(str(number), backend.plan(Audio("a", "")))

    course = backend.trail.course(backend.known_job)
    assert (len(course.plans), len(course.jobs)) == (20, 20)
    assert course.jobs[0] == JobChange("0", None, None)
    assert backend.plan(Audio("a", "")).timeline == USUAL


def test_what_a_request_names_and_is_not_there_is_no_job() -> None:
    assert ask("GET", f"/v1/notes/{ID}").course == Course(carried_out=True)
