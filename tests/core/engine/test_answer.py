from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.core.contract.routing import Routes
from emulator.core.engine.answer import answer_internal_error
from emulator.core.engine.authentication import ACCOUNT_PROBLEMS, KEY_PROBLEMS
from emulator.core.engine.finishing import Checking, Strictness
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.http.messages import Pairs, Request, Response, to_json
from emulator.core.http.problems import (
    MOST_CHARACTERS,
    MOST_VIOLATIONS,
    PROBLEMS,
    Broken,
    Violation,
)
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import KeyState, Scenario, SeedJobs
from tests.support.toy_provider import (
    ANSWERS,
    JSON,
    KEY,
    OPERATIONS,
    STATUS,
    TOY,
    Note,
    ask,
    link,
    said,
    toy,
    toy_tenants,
)

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
SENT = {**KEY, **JSON}
OFF, WARN = Checking("off", "off"), Checking("warn", "warn")
NOTE = {"id": ID, "text": "a", "phase": "completed", "made": "2026-01-05T08:00:00Z"}
ONE_NOTE = Scenario(existing=(SeedJobs("toy_notes", id=ID, name="a"),))


def opened(tenants: Tenants) -> Tenant:
    """Whose key the requests here show."""
    found = tenants.tenant_of_key("test-toy")
    assert found is not None
    return found


def keyed(state: KeyState) -> Scenario:
    return Scenario(keys={"test-toy": state})


# An answer


def test_an_exchange_holds_the_request_and_its_answer() -> None:
    tenants = toy_tenants(ONE_NOTE)

    exchange = ask("GET", f"/v1/notes/{ID}", tenants)

    assert exchange.response == Response(
        200,
        to_json(NOTE),
        {
            "Content-Type": "application/json; charset=utf-8",
            "X-Toy": "toy_notes",
            "Date": "Mon, 05 Jan 2026 09:00:00 GMT",
            "X-Emulator-Request-Id": exchange.request.id,
        },
        NOTE,
    )
    assert exchange.request.params == {"noteIdentifier": ID}
    assert (exchange.provider, exchange.operation) == ("toy_notes", "getNote")
    assert (exchange.key, exchange.at, exchange.refused) == ("test-toy", T0, None)
    assert (exchange.notes, exchange.violations) == ((), ())


def test_an_exchange_is_in_the_journal_of_its_tenant() -> None:
    tenants = toy_tenants()

    exchange = ask("GET", "/v1/notes/mine", tenants)

    assert list(opened(tenants).journal) == [exchange]
    assert list(tenants.default.journal) == []


def test_the_date_is_the_tenants() -> None:
    tenants = toy_tenants()
    tenants.open("test-toy").clock.advance(3600)

    exchange = ask("GET", "/v1/notes/mine", tenants)

    assert exchange.response.header("date") == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert exchange.at == T0 + timedelta(hours=1)


def test_every_exchange_has_an_id_of_its_own() -> None:
    tenants = toy_tenants()
    path, query = link(tenants.open("test-toy").backend(TOY), "a", T0 + timedelta(days=1))

    exchanges = [ask("GET", "/v1/notes/mine", tenants) for _ in range(2)]
    exchanges += [ask("GET", path, tenants, query=query, headers={}) for _ in range(2)]
    exchanges += [ask("GET", "/v1/notes", tenants, headers={}) for _ in range(2)]

    assert len({exchange.request.id for exchange in exchanges}) == 6
    assert all(
        exchange.response.header("x-emulator-request-id") == exchange.request.id
        for exchange in exchanges
    )


def test_the_same_requests_get_the_same_bytes() -> None:
    def story() -> list[Response]:
        tenants = toy_tenants(Scenario(seed=7))
        body = b'{"text": "a"}'
        made = ask("POST", "/v1/notes", tenants, headers=SENT, body=body)
        return [made.response, ask("GET", "/v1/notes", tenants).response]

    assert story() == story()


# The order of checks


@pytest.mark.parametrize(
    ("scenario", "request_", "kind"),
    [
        # each of these is wrong in all the ways that the ones below it are
        ({}, {"path": "/nowhere", "excess": "headers", "headers": {}}, "HeadersTooLarge"),
        ({}, {"path": "/nowhere", "headers": {}}, "NoOperation"),
        ({}, {"method": "PUT", "path": "/v1/notes", "headers": {}}, "WrongMethod"),
        ({}, {"path": "/v1/later", "headers": {}}, "NoKey"),
        ({}, {"path": "/v1/later", "headers": {"x-toy-key": "else"}}, "UnknownKey"),
        ({"test-toy": KeyState.EXPIRED}, {"path": "/v1/later"}, "ExpiredKey"),
        ({"test-toy": KeyState.REVOKED}, {"path": "/v1/later"}, "RevokedKey"),
        ({"test-toy": KeyState.FORBIDDEN}, {"path": "/v1/later"}, "NotEmulated"),
        ({}, {"query": (("limit", "x"), ("limit", "y")), "body": b"{"}, "Invalid"),
        ({}, {"headers": KEY, "body": b"{", "excess": "body"}, "WrongContentType"),
        (
            {},
            {"headers": {**SENT, "content-encoding": "br"}, "excess": "body"},
            "UnsupportedContentEncoding",
        ),
        ({}, {"excess": "body"}, "TooLarge"),
        ({}, {"body": b"{"}, "Malformed"),
        ({"test-toy": KeyState.FORBIDDEN}, {"body": b"{}"}, "Invalid"),
        ({"test-toy": KeyState.FORBIDDEN}, {"body": b'{"text": "a"}'}, "Forbidden"),
        ({"test-toy": KeyState.OUT_OF_QUOTA}, {"body": b'{"text": "a"}'}, "OutOfQuota"),
    ],
)
def test_the_first_thing_that_is_wrong_is_answered(
    scenario: Mapping[str, KeyState], request_: dict[str, Any], kind: str
) -> None:
    tenants = toy_tenants(Scenario(keys=scenario))
    usual = {"headers": SENT, "method": "GET" if "path" in request_ else "POST"}
    if "query" in request_:
        usual["method"] = "GET"

    exchange = ask(**{"path": "/v1/notes", **usual, **request_}, tenants=tenants)

    assert exchange.refused == kind
    assert exchange.violations == ()
    status, content = said(exchange)
    assert content["problem"] == kind
    assert status == {one.__name__: code for one, code in STATUS.items()}[kind]


def test_an_operation_comes_after_all_checks_and_304_after_it() -> None:
    tenants = toy_tenants(ONE_NOTE)
    first = ask("GET", "/v1/notes", tenants)
    tag = first.response.header("etag") or ""

    again = ask("GET", "/v1/notes", tenants, headers={**KEY, "if-none-match": f'"b", {tag}'})

    assert first.response.status == 200
    assert again.response == Response(
        304,
        headers={
            "ETag": tag,
            "X-Toy": "toy_notes",
            "Date": "Mon, 05 Jan 2026 09:00:00 GMT",
            "X-Emulator-Request-Id": again.request.id,
        },
    )
    assert (again.refused, again.violations) == (None, ())


@pytest.mark.parametrize("kind", [problem.__name__ for problem in PROBLEMS])
def test_every_problem_that_an_operation_raises_is_dressed_by_the_provider(kind: str) -> None:
    exchange = ask("GET", f"/v1/problems/{kind}")

    assert exchange.response.status == {one.__name__: code for one, code in STATUS.items()}[kind]
    assert said(exchange)[1]["problem"] == kind
    assert exchange.refused == kind
    assert exchange.operation == "raiseProblem"
    assert exchange.response.header("x-toy") == "toy_notes"
    assert exchange.violations == ()


def test_a_record_that_is_not_there_is_not_found() -> None:
    exchange = ask("GET", f"/v1/notes/{ID}")

    assert said(exchange) == (404, {"problem": "NotFound", "details": {"kind": "Note", "id": ID}})


def test_the_wrong_method_is_told_the_right_ones() -> None:
    exchange = ask("PUT", "/v1/notes")

    assert exchange.response.header("allow") == "GET, POST"
    assert exchange.operation is None


def test_what_is_not_emulated_is_501_although_the_contract_has_none() -> None:
    exchange = ask("GET", "/v1/later")

    assert exchange.response.status == 501
    assert exchange.violations == ()
    assert exchange.response.header("x-emulator-reason") == "There is no need yet."


def test_head_is_answered_as_get_where_the_service_does() -> None:
    tenants = toy_tenants()
    get = ask("GET", "/v1/notes", tenants)
    tag = get.response.header("etag") or ""
    provider = toy(head="as_get")

    head = ask("HEAD", "/v1/notes", tenants, provider=provider)
    again = ask(
        "HEAD", "/v1/notes", tenants, provider=provider, headers={**KEY, "if-none-match": tag}
    )

    assert (head.response.status, head.response.body) == (200, get.response.body)
    assert again.response.status == 304
    assert ask("HEAD", "/v1/notes").response.status == 405


# Keys


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"x-toy-key": "test-toy"}, ()),
        ({"authorization": "Bearer test-toy"}, ()),
        ({"authorization": "bearer test-toy"}, ()),
        ({}, (("toy_key", "test-toy"),)),
        ({"x-toy-key": "unknown", "authorization": "Bearer test-toy"}, ()),
    ],
)
def test_any_scheme_of_the_operation_admits(headers: dict[str, str], query: Pairs) -> None:
    exchange = ask("GET", "/v1/notes/mine", headers=headers, query=query)

    assert (exchange.response.status, exchange.key, exchange.notes) == (200, "test-toy", ())


def test_an_unknown_key_is_refused_in_the_first_scheme_that_was_shown() -> None:
    headers = {"authorization": "Bearer a"}

    exchange = ask("GET", "/v1/notes", headers=headers, query=(("toy_key", "b"),))

    assert said(exchange) == (401, {"problem": "UnknownKey", "details": {"scheme": "Bearer"}})


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (KeyState.OK, None),
        (KeyState.EXPIRED, "ExpiredKey"),
        (KeyState.REVOKED, "RevokedKey"),
        (KeyState.FORBIDDEN, "Forbidden"),
        (KeyState.OUT_OF_QUOTA, "OutOfQuota"),
    ],
)
def test_each_state_of_a_key_has_its_refusal(state: KeyState, kind: str | None) -> None:
    tenants = toy_tenants(keyed(state))

    exchange = ask("GET", "/v1/notes", tenants)

    assert exchange.refused == kind
    assert exchange.key == "test-toy"
    assert list(opened(tenants).journal) == [exchange]


@pytest.mark.parametrize(
    ("state", "method", "kind"),
    [
        (KeyState.OUT_OF_QUOTA, "GET", None),
        (KeyState.OUT_OF_QUOTA, "POST", "OutOfQuota"),
        (KeyState.FORBIDDEN, "GET", "Forbidden"),
        (KeyState.FORBIDDEN, "POST", "Forbidden"),
    ],
)
def test_an_account_out_of_quota_may_do_what_costs_nothing(
    state: KeyState, method: str, kind: str | None
) -> None:
    provider = replace(TOY, spends=frozenset({"createNote"}))
    tenants = toy_tenants(keyed(state))

    exchange = ask(
        method, "/v1/notes", tenants, provider=provider, headers=SENT, body=b'{"text": "a"}'
    )

    assert exchange.refused == kind


def test_no_state_of_a_key_is_forgotten() -> None:
    assert {KeyState.OK, *KEY_PROBLEMS, *ACCOUNT_PROBLEMS} == set(KeyState)


@pytest.mark.parametrize(
    "headers", [{}, {"x-toy-key": "unknown"}, {"x-toy-key": ""}, {"authorization": "Basic a"}]
)
def test_what_belongs_to_nobody_is_in_the_default_journal(headers: dict[str, str]) -> None:
    tenants = toy_tenants()

    exchange = ask("GET", "/v1/notes", tenants, headers=headers)

    assert exchange.response.status == 401
    assert exchange.key is None
    assert list(tenants.default.journal) == [exchange]
    assert len(tenants) == 0


def test_a_tenants_wrong_key_is_refused_in_its_own_journal() -> None:
    tenants = toy_tenants()
    ann = tenants.open("test-ann")

    exchange = ask("GET", "/v1/notes", tenants, headers={"x-toy-key": ann.wrong_key})

    assert exchange.refused == "UnknownKey"
    assert exchange.key == "test-ann"
    assert list(ann.journal) == [exchange]
    assert list(tenants.default.journal) == []


def test_a_path_that_nobody_knows_is_in_the_journal_of_the_key() -> None:
    tenants = toy_tenants()

    exchange = ask("GET", "/nowhere", tenants)

    assert (exchange.response.status, exchange.operation) == (404, None)
    assert list(opened(tenants).journal) == [exchange]


def test_a_key_named_like_the_default_tenant_is_unknown_and_leads_to_no_tenant() -> None:
    tenants = toy_tenants(Scenario(keys={"default": KeyState.OK}))

    exchange = ask("GET", "/v1/notes/mine", tenants, headers={"x-toy-key": "default"})

    assert (exchange.response.status, exchange.refused, exchange.key) == (401, "UnknownKey", None)
    assert tenants.open_tenants() == ()


def test_an_open_operation_asks_for_no_key_but_knows_it() -> None:
    tenants = toy_tenants(keyed(KeyState.OUT_OF_QUOTA))

    with_key = ask("GET", "/v1/health", tenants)
    without = ask("GET", "/v1/health", tenants, headers={})
    strange = ask("GET", "/v1/health", tenants, headers={"x-toy-key": "unknown"})

    assert [one.response.status for one in (with_key, without, strange)] == [200, 200, 200]
    assert [one.key for one in (with_key, without, strange)] == ["test-toy", None, None]


def test_a_key_may_be_optional() -> None:
    with_key = ask("GET", "/v1/maybe")
    without = ask("GET", "/v1/maybe", headers={})
    unknown = ask("GET", "/v1/maybe", headers={"x-toy-key": "unknown"})
    other_scheme = ask("GET", "/v1/maybe", headers={"authorization": "Bearer test-toy"})

    assert said(with_key) == (200, {"key": "test-toy"})
    assert said(without) == (200, {"key": ""})
    assert unknown.refused == "UnknownKey"
    assert other_scheme.response.status == 200


# Signed links


def test_a_signed_link_is_its_own_credential() -> None:
    tenants = toy_tenants()
    ann = tenants.open("test-ann")
    path, query = link(ann.backend(TOY), "a b", T0 + timedelta(seconds=10))

    exchange = ask("GET", path, tenants, query=query, headers={})

    assert (exchange.response.status, exchange.response.body) == (200, b"linked")
    assert exchange.key == "test-ann"
    assert [one.request.id for one in ann.journal] == [exchange.request.id]


def test_a_signed_link_holds_until_its_tenants_clock_says_so() -> None:
    tenants = toy_tenants()
    ann = tenants.open("test-ann")
    path, query = link(ann.backend(TOY), "a", T0 + timedelta(seconds=10))

    ann.clock.advance(10)
    exchange = ask("GET", path, tenants, query=query, headers={})

    assert said(exchange) == (
        403,
        {"problem": "BadLink", "details": {"expired": True, "path": path}},
    )


def test_an_altered_link_is_bad() -> None:
    tenants = toy_tenants()
    path, query = link(tenants.open("test-ann").backend(TOY), "a", T0 + timedelta(seconds=10))

    exchange = ask("GET", f"{path}b", tenants, query=query, headers={})

    assert said(exchange)[1]["details"] == {"expired": False, "path": f"{path}b"}
    assert exchange.key == "test-ann"


def test_a_link_of_nobodys_is_bad() -> None:
    tenants = toy_tenants()

    exchange = ask("GET", "/_links/nobody/a", tenants, headers={})

    assert exchange.refused == "BadLink"
    assert list(tenants.default.journal) == [exchange]


def test_a_signed_link_asks_nothing_of_the_key_behind_it() -> None:
    tenants = toy_tenants(keyed(KeyState.OUT_OF_QUOTA))
    backend = tenants.open("test-toy").backend(TOY)
    path, query = link(backend, "a", T0 + timedelta(seconds=10))

    assert ask("GET", path, tenants, query=query, headers={}).response.status == 200


# Requests that leave the contract

TOO_MANY = (("limit", "101"), ("other", "1"))


def test_a_request_that_breaks_the_contract_is_refused_and_noted() -> None:
    exchange = ask("GET", "/v1/notes", query=TOO_MANY)

    assert said(exchange) == (
        422,
        {"problem": "Invalid", "details": {"violations": ["query limit maximum"]}},
    )
    assert exchange.notes == ("undocumented query parameter 'other' ignored",)
    assert exchange.request.params == {"limit": 101}


def test_a_request_that_breaks_the_contract_may_be_noted_only() -> None:
    exchange = ask("GET", "/v1/notes", query=TOO_MANY, checking=WARN)

    assert exchange.response.status == 200
    assert exchange.notes == (
        "undocumented query parameter 'other' ignored",
        "request: query limit: 101 is greater than the maximum of 100",
    )


def test_a_request_that_breaks_the_contract_may_be_let_through() -> None:
    exchange = ask("GET", "/v1/notes", query=TOO_MANY, checking=OFF)

    assert exchange.response.status == 200
    assert exchange.notes == ("undocumented query parameter 'other' ignored",)


def test_a_request_with_very_many_mistakes_is_noted_in_short() -> None:
    many = tuple((f"{'x' * 1000}{i}", "1") for i in range(1000))

    refused = ask("GET", "/v1/notes", query=(("limit", "1" * 1000), *many))
    noted = ask("GET", "/v1/notes", query=(("limit", "1" * 1000), *many), checking=WARN)

    assert (refused.response.status, noted.response.status) == (422, 200)
    assert len(refused.notes) == MOST_VIOLATIONS
    assert len(noted.notes) == MOST_VIOLATIONS + 1
    said = (*refused.notes, *refused.why, *noted.notes, *noted.why)
    assert max(map(len, said)) < MOST_CHARACTERS + 100


def test_what_the_service_forgives_is_forgiven_before_it_is_checked() -> None:
    exchange = ask("GET", "/v1/notes", query=(("exact", "yes"),))

    assert exchange.response.status == 200
    assert exchange.request.params == {"exact": True}


def test_a_body_that_cannot_be_read_is_refused_however_lenient_the_checks() -> None:
    exchange = ask("POST", "/v1/notes", headers=SENT, body=b"{", checking=OFF)

    assert exchange.refused == "Malformed"


@pytest.mark.parametrize("strictness", ["warn", "off"])
def test_an_operation_that_a_wrong_request_breaks_is_a_500_that_says_so(
    strictness: Strictness,
) -> None:
    checking = Checking(strictness, "fail")

    exchange = ask("POST", "/v1/notes", headers=SENT, body=b"{}", checking=checking)

    why = f"the request breaks the contract, and --requests {strictness} let it through"
    reason = f"KeyError: 'text' ({why})"
    assert (exchange.operation, exchange.refused, exchange.violations) == (
        "createNote",
        "Broken",
        (),
    )
    assert said(exchange) == (500, {"problem": "Broken", "details": {"reasons": [reason]}})
    assert exchange.response.header("x-emulator-reason") == reason


def test_an_operation_that_a_right_request_breaks_is_a_bug_of_ours() -> None:
    def breaking(request: Request, backend: Backend) -> Response:
        raise KeyError("wheel")

    provider = replace(TOY, operations={**OPERATIONS, "listNotes": breaking})

    with pytest.raises(KeyError, match="wheel"):
        ask("GET", "/v1/notes", provider=provider, checking=OFF)


# Answers that leave the contract


def test_an_answer_that_breaks_the_contract_is_a_500_with_the_reasons() -> None:
    exchange = ask("GET", "/v1/answers/two things")

    assert exchange.response.status == 500
    assert said(exchange)[1] == {
        "problem": "Broken",
        "details": {
            "reasons": [
                'header x-left: "many" is not of type "integer"',
                'body a: "1" is not of type "integer"',
            ]
        },
    }
    assert exchange.refused == "Broken"
    assert [violation.name for violation in exchange.violations] == ["x-left", "a"]
    assert exchange.response.header("x-toy") == "toy_notes"
    assert exchange.response.header("x-emulator-reason") == (
        'header x-left: "many" is not of type "integer"; body a: "1" is not of type "integer"'
    )


def test_an_answer_that_breaks_the_contract_may_be_noted_only() -> None:
    exchange = ask("GET", "/v1/answers/wrong type", checking=WARN)

    assert said(exchange) == (200, {"a": "1"})
    assert exchange.refused is None
    assert exchange.violations == (
        Violation("body", ("a",), "type", ["integer"], "1", '"1" is not of type "integer"'),
    )


def test_an_answer_that_breaks_the_contract_may_be_let_through() -> None:
    exchange = ask("GET", "/v1/answers/wrong type", checking=OFF)

    assert (exchange.response.status, exchange.violations) == (200, ())


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_passes_or_is_a_500(kind: str) -> None:
    exchange = ask("GET", f"/v1/answers/{kind}")

    assert (exchange.response.status == 500) is not kind.startswith("good")


def test_a_304_is_part_of_the_contract_too() -> None:
    contract, listing = TOY.contract, TOY.contract.operations["listNotes"]
    raw, at = listing.raw
    bare = replace(listing, raw=({**raw, "responses": {"200": raw["responses"]["200"]}}, at))
    provider = replace(
        TOY, contract=replace(contract, routes=Routes([bare], contract.parsing_rules))
    )
    tag = ask("GET", "/v1/notes").response.header("etag") or ""

    exchange = ask("GET", "/v1/notes", provider=provider, headers={**KEY, "if-none-match": tag})

    assert exchange.response.status == 500
    assert [violation.message for violation in exchange.violations] == [
        "status 304 is not documented"
    ]


# A bug of ours


def test_what_breaks_the_emulator_is_said_in_the_providers_words() -> None:
    tenants = toy_tenants()
    ann, request = tenants.open("test-ann"), Request("GET", "/v1/notes", id="1")

    exchange = answer_internal_error(TOY, request, ann, Broken(("ValueError: a",)))

    assert said(exchange) == (
        500,
        {"problem": "Broken", "details": {"reasons": ["ValueError: a"]}},
    )
    assert exchange.response.header("x-emulator-request-id") == "1"
    assert (exchange.key, exchange.operation, exchange.refused) == ("test-ann", None, "Broken")
    assert list(ann.journal) == [exchange]


@pytest.mark.parametrize(
    ("reasons", "header"),
    [
        ((), "the service failed"),
        (("a", "b"), "a; b"),
        (("one\r\nX-Two:\t2", "日本 ä\0\x7f"), "one X-Two: 2; ?? ???"),
        (("a" * 2000,), "a" * 1000),
    ],
)
def test_a_reason_is_one_line_of_ascii(reasons: tuple[str, ...], header: str) -> None:
    exchange = answer_internal_error(
        TOY, Request("GET", "/"), toy_tenants().default, Broken(reasons)
    )

    assert exchange.response.header("x-emulator-reason") == header


def test_what_breaks_it_for_nobody_is_nobodys() -> None:
    tenants = toy_tenants()

    exchange = answer_internal_error(TOY, Request("GET", "/v1/notes"), tenants.default, Broken())

    assert exchange.key is None


# What a client can do to a store


def test_a_note_lives_from_its_making_to_its_deletion() -> None:
    tenants = toy_tenants()

    made = ask("POST", "/v1/notes", tenants, headers=SENT, body=b'{"text": "a"}')
    where = (made.response.header("location") or "").removeprefix("http://127.0.0.1:4788")
    opened(tenants).clock.advance(3)
    found = ask("GET", where, tenants)
    gone = ask("DELETE", where, tenants)
    missed = ask("DELETE", where, tenants)

    assert said(found) == (200, {**said(made)[1], "phase": "completed"})
    assert (gone.response.status, gone.response.body) == (204, b"")
    assert missed.response.status == 404
    assert list(opened(tenants).backend(TOY).store.oldest_first(Note)) == []


def test_an_upload_arrives_in_parts() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n'
        b"Content-Type: audio/wav\r\n\r\n12\r\n--b--\r\n"
    )
    headers = {**KEY, "content-type": "multipart/form-data; boundary=b"}

    exchange = ask("POST", "/v1/files", headers=headers, body=body)

    assert said(exchange) == (
        200,
        {"fields": {"file": "a.wav"}, "parts": [["file", "a.wav", "audio/wav", 2]]},
    )


def test_json_that_is_nested_too_deep_is_malformed_and_not_our_bug() -> None:
    deep = b'{"text":"a","more":' + b'{"a":' * 400 + b"1" + b"}" * 401

    exchange = ask("POST", "/v1/notes", headers=SENT, body=deep)

    assert exchange.refused == "Malformed"


def test_json_as_deep_as_it_may_be_is_answered() -> None:
    deep = b'{"text":"a","more":' + b'{"a":' * 198 + b"{}" + b"}" * 199

    exchange = ask("POST", "/v1/notes", headers=SENT, body=deep)

    assert exchange.response.status == 201
