from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.core.faults.engine import Effect
from emulator.core.faults.limits import KeyLimit, Rate
from emulator.core.faults.model import Connection, Fault, FaultMatch, Kind, Reaction, ScriptedAnswer
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Violation
from emulator.core.inspection.explain import CHECKS, Explanation, explain, nearest_operations
from emulator.core.journal.exchange import Exchange, JobChange, RequestTrace
from emulator.core.scenario.model import JobCondition, JobPlan, KeyState, Rule, Scenario, SeedJobs
from emulator.core.state.jobs import Job, Phase, Step
from tests.support.toy_provider import JSON, KEY, TOY, ask, link, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
SENT = {**KEY, **JSON}
NOTES = Request("GET", "/v1/notes", headers={"x-toy-key": "test-annabella"}, id="id")


def explained(exchange: Exchange) -> Explanation:
    return explain(exchange, (TOY,))


def failed(found: Explanation) -> list[tuple[str, tuple[str, ...]]]:
    return [(check.name, check.details) for check in found.checks if check.verdict == "FAILED"]


def exchange(request: Request = NOTES, **more: Any) -> Exchange:
    given: dict[str, Any] = {"operation": "listNotes", "key": "test-annabella", **more}
    return Exchange("toy_notes", request, Response(given.pop("status", 200)), T0, **given)


# As a whole


def test_a_good_exchange_is_told_from_one_end_to_the_other() -> None:
    rules = (
        Rule(JobCondition(audio="*slow*"), JobPlan(), line=4),
        Rule(JobCondition(locale="de"), JobPlan()),
    )
    tenants = toy_tenants(Scenario(jobs=rules))

    made = ask("POST", "/v1/notes", tenants, headers=SENT, body=b'{"text": "a"}')

    job = made.trace.jobs[0].id
    assert str(explained(made)) == (
        "POST /v1/notes (toy-notes) -> 201\n"
        f"request {made.request.id}, 2026-01-05 09:00:00, of the tenant test-t...\n"
        "\n"
        "operation  createNote: POST /v1/notes\n"
        'key        test-t... in the header x-toy-key: good: it begins with "test-"\n'
        "checks     ok      headers small enough\n"
        "           ok      documented path and method\n"
        "           ok      good key\n"
        "           ok      within the key's limits\n"
        "           ok      no fault in its place\n"
        "           ok      emulated operation\n"
        "           ok      readable body\n"
        "           ok      as documented\n"
        "           ok      allowed to this key\n"
        "           ok      carried out\n"
        "           ok      answer as documented\n"
        "rules      for audio a, key test-t...: none of 2 matches, so the job goes as usual\n"
        '             rule 1 (line 4) wants audio "*slow*"\n'
        '             rule 2 wants locale "de"\n'
        "fault      none\n"
        f"jobs       {job}: made by this request; queued since 09:00:00, processing in 1 s, "
        "completed in 3 s\n"
        "notes      none"
    )


def test_a_refused_one_says_where_and_why_and_what_is_near() -> None:
    strange = ask("POST", "/v1/nots")

    assert str(explained(strange)) == (
        "POST /v1/nots (toy-notes) -> 404 NoOperation\n"
        f"request {strange.request.id}, 2026-01-05 09:00:00, of the tenant test-t...\n"
        "\n"
        "operation  toy-notes documents no POST /v1/nots\n"
        "           the nearest are:\n"
        "             POST /v1/notes (createNote)\n"
        "             GET /v1/notes (listNotes)\n"
        "             POST /v1/blobs (uploadBlob)\n"
        "key        not asked for; it belongs to the tenant test-t...\n"
        "checks     ok      headers small enough\n"
        "           FAILED  documented path and method\n"
        "                     no documented path is like this one\n"
        "           -       good key\n"
        "           -       within the key's limits\n"
        "           -       no fault in its place\n"
        "           -       emulated operation\n"
        "           -       readable body\n"
        "           -       as documented\n"
        "           -       allowed to this key\n"
        "           -       carried out\n"
        "           -       answer as documented\n"
        "rules      none was asked for: no job was made\n"
        "fault      none\n"
        "jobs       the request names none that is there\n"
        "notes      none"
    )


def test_a_program_reads_the_same() -> None:
    found = explained(exchange(notes=("odd",), status=401, refused="NoKey", why=("no key",)))

    content = found.content()
    checks: Any = content.pop("checks")
    assert content == {
        "id": "id",
        "at": "2026-01-05T09:00:00+00:00",
        "provider": "toy_notes",
        "method": "GET",
        "path": "/v1/notes",
        "status": 401,
        "refused": "NoKey",
        "tenant": "test-a...",
        "operation": {"id": "listNotes", "says": ["listNotes: GET /v1/notes"]},
        "key": ['test-a... in the header x-toy-key: good: it begins with "test-"'],
        "rules": [],
        "fault": [],
        "jobs": [],
        "notes": ["odd"],
        "text": str(found),
    }
    assert checks[2] == {"name": "good key", "verdict": "FAILED", "details": ["no key"]}
    assert len(checks) == len(CHECKS) + 2


def test_no_key_is_in_what_is_said() -> None:
    said = str(explained(exchange(notes=("test-annabella",), why=("test-annabella",))))

    assert "annabella" not in said


# Which check


@pytest.mark.parametrize(
    ("exchange_", "name", "details"),
    [
        (
            ask("GET", "/v1/notes", headers={}),
            "good key",
            (
                "no key",
                "Toy reads it from the header x-toy-key or Authorization: Bearer or the query "
                "parameter toy_key",
                "the request has nothing that looks like one",
            ),
        ),
        (
            ask("GET", "/v1/later"),
            "emulated operation",
            ("the operation is documented, and not emulated", "There is no need yet."),
        ),
        (
            ask("POST", "/v1/notes", headers=SENT, body=b"{"),
            "readable body",
            (
                "the body cannot be read as what it says it is",
                "unexpected end of data: line 1 column 2 (char 1)",
            ),
        ),
        (
            ask("POST", "/v1/notes", headers=SENT, body=b"{}"),
            "as documented",
            (
                "the request does not keep to the documentation",
                'body text: "text" is a required property',
            ),
        ),
        (
            ask("GET", f"/v1/notes/{ID}"),
            "carried out",
            (f"no note {ID} in this tenant", "it has no notes"),
        ),
        (
            ask("GET", "/v1/notes", excess="headers"),
            "headers small enough",
            ("the headers are larger than the server takes",),
        ),
    ],
)
def test_the_check_that_refused_says_why(
    exchange_: Exchange, name: str, details: tuple[str, ...]
) -> None:
    assert failed(explained(exchange_)) == [(name, details)]


def test_what_comes_after_a_refusal_was_not_reached() -> None:
    found = explained(ask("GET", "/v1/later"))

    assert [check.verdict for check in found.checks] == [
        *["ok"] * 5,
        "FAILED",
        *["-"] * 5,
    ]


def test_an_answer_that_leaves_the_contract_is_a_bug_of_ours() -> None:
    violation = Violation("body", ("a",), "type", message="1 is no text")

    assert failed(explained(exchange(violations=(violation,)))) == [
        ("answer as documented", ("body a: 1 is no text", "this is a bug of the emulator's"))
    ]


# Which operation


def test_the_nearest_operations_are_those_of_the_path_first_then_of_the_method() -> None:
    stray = replace(exchange(), request=Request("PUT", f"/v1/note/{ID}"))

    assert nearest_operations(stray, (TOY,)) == (
        "GET /v1/notes/{noteIdentifier} (getNote)",
        "DELETE /v1/notes/{noteIdentifier} (deleteNote)",
        "POST /v1/notes/{id}:ping (pingNote)",
    )


def test_a_path_of_nobody_is_held_against_all_with_their_prefixes() -> None:
    stray = Exchange("", Request("GET", "/toy-nots/v1/health"), Response(404), T0)

    assert nearest_operations(stray, (TOY,))[0] == "GET /toy-notes/v1/health (getHealth)"
    assert explained(stray).operation[0] == "none of the APIs documents GET /toy-nots/v1/health"
    assert explained(stray).key == ("not asked for; it is nobody's",)
    assert "of no tenant" in str(explained(stray))


def test_a_path_that_is_like_no_other_has_no_neighbours() -> None:
    stray = Exchange("", Request("GET", "/zzz/zzz/zzz/zzz/zzz/zzz/zzz"), Response(404), T0)

    assert explained(stray).operation == (
        "none of the APIs documents GET /zzz/zzz/zzz/zzz/zzz/zzz/zzz",
    )


def test_only_the_beginning_of_a_very_long_path_is_held_against_others() -> None:
    stray = exchange(Request("GET", "/v1/notes" + "/x" * 1_000_000), operation=None)

    assert nearest_operations(stray, (TOY,)) == ()


def test_operations_of_another_api_are_not_near() -> None:
    assert nearest_operations(exchange(), (replace(TOY, name="other"),)) == ()


# Which key


@pytest.mark.parametrize(
    ("headers", "refused", "said"),
    [
        ({}, "NoKey", "none is shown; it goes into "),
        (
            {"x-toy-key": "test-old-one"},
            "ExpiredKey",
            "test-o... in the header x-toy-key: known, and refused: the scenario says that it is "
            "expired",
        ),
        (
            {"x-toy-key": "test-old-one"},
            "RevokedKey",
            "test-o... in the header x-toy-key: known, and refused: the scenario says that it is "
            "revoked",
        ),
        (
            {"x-toy-key": "test-old-one"},
            "Forbidden",
            "test-o... in the header x-toy-key: good, but forbidden",
        ),
        (
            {"x-toy-key": "test-old-one"},
            "OutOfQuota",
            "test-o... in the header x-toy-key: good, but out of quota",
        ),
        (
            {"x-toy-key": "wrong-test-ann"},
            "UnknownKey",
            "wrong-... in the header x-toy-key: refused on purpose: it is the wrong key that "
            "every tenant has for such tests",
        ),
        (
            {"x-toy-key": "my-own-key"},
            "UnknownKey",
            'my-own... in the header x-toy-key: unknown: a key is good when it begins with "test-"'
            ", the scenario's keys name it or the admin API made it",
        ),
        (
            {"authorization": "Bearer my-own-key"},
            None,
            "my-own... in Authorization: Bearer: good: it was made known",
        ),
    ],
)
def test_what_was_decided_about_the_key(
    headers: dict[str, str], refused: str | None, said: str
) -> None:
    request = Request("GET", "/v1/notes", headers=headers)

    assert explained(exchange(request, refused=refused)).key[0].startswith(said)


def test_a_key_in_the_query_is_told_as_such() -> None:
    places = explained(exchange(Request("GET", "/v1/notes"))).key[0]

    assert places == (
        "none is shown; it goes into the header x-toy-key, Authorization: Bearer, "
        "the query parameter toy_key"
    )


def test_an_operation_for_all_needs_no_key() -> None:
    found = explained(exchange(Request("GET", "/v1/health"), operation="getHealth"))

    assert found.key == ("not asked for: this operation needs none",)


def test_a_signed_address_is_its_own_key() -> None:
    tenants = toy_tenants()
    path, query = link(tenants.open("test-toy").backend(TOY), "a", T0 + timedelta(days=1))

    good = ask("GET", path, tenants, query=query, headers={})
    bad = ask("GET", path, tenants, query=(query[0], ("signature", "x")), headers={})

    assert explained(good).key == ("not asked for: the address is signed, and good",)
    assert explained(bad).key == ("not asked for: the address is signed, and not good",)


def test_a_key_that_a_scenario_refuses_is_told_by_the_real_thing() -> None:
    tenants = toy_tenants(Scenario(keys={"test-toy": KeyState.EXPIRED}))

    found = explained(ask("GET", "/v1/notes", tenants))

    assert failed(found) == [
        ("good key", ("the key 'test-t...' is expired", "the scenario says so"))
    ]


# Which rule


def test_the_rule_that_matched_is_named_and_those_behind_it() -> None:
    rules = (
        Rule(JobCondition(audio="b"), JobPlan(), line=2),
        Rule(JobCondition(audio="a"), JobPlan(), line=4),
        Rule(JobCondition(), JobPlan(), line=6),
    )
    tenants = toy_tenants(Scenario(jobs=rules))

    first = ask("POST", "/v1/notes", tenants, headers=SENT, body=b'{"text": "a"}')
    last = ask("POST", "/v1/notes", tenants, headers=SENT, body=b'{"text": "c"}')

    assert explained(first).rules == (
        "for audio a, key test-t...: rule 2 (line 4); it is the first that matches",
        "  these match too: rule 3 (line 6)",
    )
    assert explained(last).rules == (
        "for audio c, key test-t...: rule 3 (line 6); it is the first that matches",
    )


def test_without_rules_a_job_goes_as_usual() -> None:
    made = ask("POST", "/v1/notes", headers=SENT, body=b'{"text": "a"}')

    assert explained(made).rules == (
        "for audio a, key test-t...: the scenario has none, so the job goes as usual",
    )


# Which fault


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (
            Effect("scenario-1", ScriptedAnswer(503), 0.25, line=9),
            (
                "scenario-1 (line 9 of the scenario) is the first that matches:",
                "  the answer is held back for 0.25 s",
                "  it is answered 503 in the operation's place",
            ),
        ),
        (
            Effect("added-2", connection=Connection(Kind.TRUNCATE, 200)),
            (
                "added-2 is the first that matches:",
                "  the connection is closed after 200 bytes of the body",
            ),
        ),
        (
            Effect("added-2", connection=Connection(Kind.RESET)),
            (
                "added-2 is the first that matches:",
                "  the connection is reset, and the operation not carried out",
            ),
        ),
    ],
)
def test_the_fault_that_struck_is_told(effect: Effect, said: tuple[str, ...]) -> None:
    assert explained(exchange(fault=effect)).fault == said


def test_faults_that_passed_a_request_by_are_told_with_why() -> None:
    rules = (
        Fault(FaultMatch(operation="list*", call=(2, 3)), (Reaction(ScriptedAnswer(503)),), 3),
        Fault(FaultMatch(call=(9, 9)), (Reaction(ScriptedAnswer(503)),), 4),
        Fault(FaultMatch(operation="create*"), (Reaction(ScriptedAnswer(503)),), 5),
        Fault(FaultMatch(call=(1, 1), chance=0.0), (Reaction(ScriptedAnswer(503)),)),
    )
    tenants = toy_tenants(Scenario(faults=rules))

    first = explained(ask("GET", "/v1/notes", tenants))
    second = explained(ask("GET", "/v1/notes", tenants))

    assert first.fault == (
        "none, but 3 for such requests:",
        "  not scenario-1 (line 3 of the scenario): it is for call 2..3, and this was call 1",
        "  not scenario-2 (line 4 of the scenario): it is for call 9, and this was call 1",
        "  not scenario-4: its chance of 0 % did not come up",
    )
    assert second.fault[0] == "scenario-1 (line 3 of the scenario) is the first that matches:"


def test_not_all_faults_that_passed_a_request_by_are_told() -> None:
    rules = (Fault(FaultMatch(call=(2, 2)), (Reaction(ScriptedAnswer(503)),)),) * 30
    tenants = toy_tenants(Scenario(faults=rules))

    found = explained(ask("GET", "/v1/notes", tenants))

    assert (found.fault[0], len(found.fault)) == ("none, but 20 for such requests:", 4)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_connection_trouble_has_a_sentence(kind: Kind) -> None:
    effect = Effect("added-1", connection=Connection(kind, 3))

    assert len(explained(exchange(fault=effect)).fault) == 2


def test_a_fault_in_the_operations_place_is_where_the_request_ended() -> None:
    effect = Effect("added-1", ScriptedAnswer(401))

    found = explained(exchange(fault=effect, status=401, refused="ExpiredKey", why=("x",)))

    assert failed(found) == [("no fault in its place", ("see below",))]
    assert found.checks[-1].verdict == "-"
    assert found.key == ('test-a... in the header x-toy-key: good: it begins with "test-"',)


def test_a_fault_of_a_scenario_is_told_by_the_real_thing() -> None:
    fault = Fault(FaultMatch(operation="list*"), (Reaction(ScriptedAnswer(503)),), line=3)
    tenants = toy_tenants(Scenario(faults=(fault,)))

    found = explained(ask("GET", "/v1/notes", tenants))

    assert failed(found) == [("no fault in its place", ("see below",))]
    assert found.fault[0] == "scenario-1 (line 3 of the scenario) is the first that matches:"


def test_a_limit_is_told_by_the_real_thing() -> None:
    limits = {"test-toy": KeyLimit(rate=Rate(1, 60))}
    tenants = toy_tenants(Scenario(limits=limits))

    ask("GET", "/v1/notes", tenants)
    found = explained(ask("GET", "/v1/notes", tenants))

    assert failed(found) == [
        (
            "within the key's limits",
            (
                "the key asks more often than it may",
                "its rate is 1 in 60 s, as the scenario's keys say",
                "asked to come again after 60 s",
            ),
        )
    ]


# Which job


def of_job(before: Job | None, after: Job | None) -> tuple[str, ...]:
    course = RequestTrace(reached_operation=True, jobs=(JobChange("a", before, after),))
    return explained(exchange(trace=course)).jobs


YOUNG = Job("a", T0 - timedelta(seconds=2))
STUCK = replace(YOUNG, timeline=(Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING)))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (YOUNG, YOUNG, "a: processing since 08:59:59, completed in 1 s"),
        (None, STUCK, "a: made by this request; processing since 08:59:59, and there it stays"),
        (
            YOUNG,
            None,
            "a: deleted by this request; it was processing since 08:59:59, completed in 1 s",
        ),
        (
            YOUNG,
            STUCK,
            "a: before processing since 08:59:59, completed in 1 s; "
            "after processing since 08:59:59, and there it stays",
        ),
        (None, None, "a: not made after all"),
    ],
)
def test_a_job_is_told_before_and_after(before: Job | None, after: Job | None, said: str) -> None:
    assert of_job(before, after) == (said,)


def test_a_job_that_is_there_is_found_by_the_request() -> None:
    tenants = toy_tenants(Scenario(existing=(SeedJobs("toy_notes", id=ID),)))

    found = explained(ask("GET", f"/v1/notes/{ID}", tenants))

    assert found.jobs == (f"{ID}: completed since 08:00:00",)
