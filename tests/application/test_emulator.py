from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.application.addressing import IncomingRequest, RouteTarget, UrlPolicy
from emulator.application.emulator import Emulator
from emulator.core.engine.finishing import Checking
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import parse_json
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import Scenario
from emulator.providers import PROVIDERS
from tests.support.toy_provider import KEY, TOY

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
LOCAL = {"host": "127.0.0.1:4788"}
OTHER = replace(TOY, name="other", hosts=("api.other.example",))


def toys(**options: Any) -> Emulator:
    """An emulator of the toy, and of its twin, which has the same paths."""
    strict = Checking("fail", "fail")
    usual: dict[str, Any] = {
        "providers": (TOY, OTHER),
        "clock_mode": "manual",
        "checking": strict,
    }
    return Emulator(**{**usual, **options})


def arrival(path: str, headers: Mapping[str, str] = KEY, method: str = "GET") -> IncomingRequest:
    return IncomingRequest(method, path, headers={**LOCAL, **headers})


def making(path: str, headers: Mapping[str, str] = KEY, **more: Any) -> IncomingRequest:
    sent = {**LOCAL, **headers, "content-type": "application/json"}
    return IncomingRequest("POST", path, headers=sent, body=b'{"text": "a"}', **more)


def opened(emulator: Emulator) -> Tenant:
    """Whose key the requests here show."""
    found = emulator.tenants.tenant_of_key("test-toy")
    assert found is not None
    return found


def location(emulator: Emulator, arrival: IncomingRequest) -> str:
    """Where the note is that was just made, without its id."""
    response = emulator.answer(arrival).response
    assert response.status == 201
    return (response.header("location") or "").rpartition("/")[0]


# Ways in


@pytest.mark.parametrize(
    ("host", "path", "name", "prefix", "rest"),
    [
        ("api.toy.example", "/v1/notes", "toy_notes", "", "/v1/notes"),
        ("API.Toy.Example:443", "/v1/notes", "toy_notes", "", "/v1/notes"),
        ("eu.toy.example", "/v1/notes", "toy_notes", "", "/v1/notes"),
        ("toy-notes.localhost:4788", "/v1/notes", "toy_notes", "", "/v1/notes"),
        ("api.other.example", "/v1/notes", "other", "", "/v1/notes"),
        ("other.localhost", "/toy-notes/v1/notes", "other", "", "/toy-notes/v1/notes"),
        ("api.other.example", "/nowhere", "other", "", "/nowhere"),
        ("127.0.0.1:4788", "/toy-notes/v1/notes", "toy_notes", "/toy-notes", "/v1/notes"),
        ("127.0.0.1:4788", "/toy_notes/v1/notes", "toy_notes", "/toy_notes", "/v1/notes"),
        ("127.0.0.1:4788", "/other/v1/notes", "other", "/other", "/v1/notes"),
        ("127.0.0.1:4788", "/other/nowhere", "other", "/other", "/nowhere"),
        ("127.0.0.1:4788", "/other", "other", "/other", "/"),
        ("127.0.0.1:4788", "/other/", "other", "/other", "/"),
        ("127.0.0.1:4788", "/other//v1", "other", "/other", "//v1"),
        ("[::1]:4788", "/other/v1/notes", "other", "/other", "/v1/notes"),
        ("127.0.0.1:4788", "/v1/notes/1", "toy_notes", "", "/v1/notes/1"),
        ("", "/v1/notes/1", "toy_notes", "", "/v1/notes/1"),
    ],
)
def test_a_request_finds_its_provider_by_host_by_prefix_or_by_path(
    host: str, path: str, name: str, prefix: str, rest: str
) -> None:
    emulator = toys()

    place = emulator.route(IncomingRequest("GET", path, headers={"host": host}))

    wanted = {"toy_notes": TOY, "other": OTHER}[name]
    assert place == RouteTarget(wanted, prefix, rest)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("127.0.0.1:4788", "/nowhere"),
        ("127.0.0.1:4788", "/"),
        ("127.0.0.1:4788", "//"),
        ("127.0.0.1:4788", "//other/v1/notes"),
        ("127.0.0.1:4788", ""),
        ("127.0.0.1:4788", "*"),
        ("127.0.0.1:4788", "/Other/v1/notes"),
        ("api.elsewhere.example", "/nowhere"),
        ("toy_notes.localhost", "/nowhere"),
        ("localhost", "/nowhere"),
        ("[::1]", "/nowhere"),
        (":", "/nowhere"),
    ],
)
def test_a_request_may_be_nobodys(host: str, path: str) -> None:
    assert toys().route(IncomingRequest("GET", path, headers={"host": host})) is None


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_each_provider_is_found_under_its_hosts_and_its_name(provider: Provider) -> None:
    emulator = Emulator()
    hosts = [one.replace("*", "eu") for one in provider.hosts]

    places = [
        emulator.route(IncomingRequest("GET", "/a", headers={"host": host}))
        for host in (*hosts, f"{provider.slug}.localhost:80")
    ]
    prefixed = emulator.route(arrival(f"/{provider.slug}/a"))

    assert places == [RouteTarget(provider, "", "/a")] * (len(hosts) + 1)
    assert prefixed == RouteTarget(provider, f"/{provider.slug}", "/a")


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("localhost:8000", "localhost:8000"),
        ("my_service", "my_service"),
        ("[::1]:80", "[::1]:80"),
        ("", "127.0.0.1:4788"),
        ("[::1", "127.0.0.1:4788"),
        ("[1:2:3:4:5:6:7:8:9]", "127.0.0.1:4788"),
        ("a:b:c", "127.0.0.1:4788"),
        ("http://a", "127.0.0.1:4788"),
        ("a b", "127.0.0.1:4788"),
        ("\xe9", "127.0.0.1:4788"),
    ],
)
def test_what_is_no_host_stands_in_no_address(host: str, named: str) -> None:
    assert IncomingRequest("GET", "/", headers={"host": host}).host == named


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_no_path_of_a_provider_is_anothers_too(provider: Provider) -> None:
    emulator = Emulator()

    places = [emulator.route(arrival(path)) for path in provider.contract.routes.paths]

    assert {place and place.provider.name for place in places} == {provider.name}


# Addresses in answers


@pytest.mark.parametrize(
    ("path", "headers", "scheme", "base"),
    [
        ("/toy-notes/v1/notes", {}, "http", "http://127.0.0.1:4788/toy-notes"),
        ("/toy_notes/v1/notes", {}, "http", "http://127.0.0.1:4788/toy_notes"),
        ("/v1/notes", {}, "http", "http://127.0.0.1:4788"),
        ("/v1/notes", {"host": "API.toy.example"}, "https", "https://API.toy.example"),
        ("/other/v1/notes", {"host": "[::1]:80"}, "http", "http://[::1]:80/other"),
        ("/other/v1/notes", {"host": ""}, "http", "http://127.0.0.1:4788/other"),
        (
            "/other/v1/notes",
            {"x-forwarded-host": "a", "x-forwarded-proto": "https", "x-forwarded-prefix": "/b"},
            "http",
            "http://127.0.0.1:4788/other",
        ),
    ],
)
def test_addresses_begin_as_the_client_came_in(
    path: str, headers: dict[str, str], scheme: str, base: str
) -> None:
    found = location(toys(), making(path, {**KEY, **headers}, scheme=scheme))

    assert found == f"{base}/v1/notes"


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({}, "http://127.0.0.1:4788/other"),
        ({"proto": "https"}, "https://127.0.0.1:4788/other"),
        ({"host": "a.example"}, "http://a.example/other"),
        ({"host": "api.toy.example:1"}, "http://api.toy.example:1"),
        ({"prefix": "/b/c/"}, "http://127.0.0.1:4788/b/c/other"),
        ({"prefix": "b"}, "http://127.0.0.1:4788/b/other"),
        ({"prefix": "/"}, "http://127.0.0.1:4788/other"),
        (
            {"host": "first, second", "proto": "https,http", "prefix": "/b , /c"},
            "https://first/b/other",
        ),
        ({"proto": "HTTPS"}, "https://127.0.0.1:4788/other"),
        ({"proto": "wss"}, "https://127.0.0.1:4788/other"),
        ({"proto": "ws"}, "http://127.0.0.1:4788/other"),
        ({"proto": "javascript"}, "http://127.0.0.1:4788/other"),
        ({"proto": "http://evil.test/"}, "http://127.0.0.1:4788/other"),
        ({"host": "a@evil.test"}, "http://127.0.0.1:4788/other"),
        ({"host": "evil.test/a"}, "http://127.0.0.1:4788/other"),
        ({"host": "[::1].evil.test"}, "http://127.0.0.1:4788/other"),
        ({"host": "\u00e4.test"}, "http://127.0.0.1:4788/other"),
        ({"host": "\u00a0a.test"}, "http://127.0.0.1:4788/other"),
        ({"host": " \ta.test"}, "http://a.test/other"),
        ({"prefix": "//evil.test/"}, "http://127.0.0.1:4788/evil.test/other"),
        ({"prefix": "/a%20b"}, "http://127.0.0.1:4788/a%20b/other"),
        ({"prefix": "/a b"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/a%2"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/a?b"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/a#b"}, "http://127.0.0.1:4788/other"),
        ({"prefix": '/"onload="b'}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/\u00e4"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/a/../b"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/%2E%2e/b"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/./b"}, "http://127.0.0.1:4788/other"),
        ({"prefix": "/a..b"}, "http://127.0.0.1:4788/a..b/other"),
    ],
)
def test_a_trusted_proxy_says_how_the_client_came_in(headers: dict[str, str], base: str) -> None:
    emulator = toys(addressing=UrlPolicy(trust_forwarded=True))
    forwarded = {f"x-forwarded-{name}": value for name, value in headers.items()}
    path = "/v1/notes" if "toy" in base else "/other/v1/notes"

    assert location(emulator, making(path, {**KEY, **forwarded})) == f"{base}/v1/notes"


@pytest.mark.parametrize(
    "public_url", ["https://emulator.example/a", "https://emulator.example/a/"]
)
def test_a_public_address_goes_before_everything(public_url: str) -> None:
    addressing = UrlPolicy(public_url, trust_forwarded=True)
    headers = {**KEY, "x-forwarded-host": "a.example", "x-forwarded-prefix": "/b"}

    found = location(toys(addressing=addressing), making("/other/v1/notes", headers))

    assert found == "https://emulator.example/a/other/v1/notes"


# Nowhere


def test_an_unknown_path_is_404_with_what_is_near() -> None:
    emulator = toys()

    exchange = emulator.answer(arrival("/v1/note"))

    assert exchange.response.status == 404
    assert parse_json(exchange.response.body) == {
        "error": "no provider documents the path /v1/note",
        "nearest": emulator.nearest_paths("/v1/note"),
        "providers": {
            "toy-notes": "http://127.0.0.1:4788/toy-notes",
            "other": "http://127.0.0.1:4788/other",
        },
    }
    assert exchange.response.headers == {
        "Content-Type": "application/json; charset=utf-8",
        "Date": "Mon, 05 Jan 2026 09:00:00 GMT",
        "X-Emulator-Request-Id": exchange.request.id,
        "X-Emulator-Reason": "no documented path is like this one: GET /v1/note; the nearest are "
        "GET /toy-notes/v1/notes (listNotes), GET /other/v1/notes (listNotes), "
        "POST /toy-notes/v1/notes (createNote)",
    }
    assert (exchange.provider, exchange.operation, exchange.refused) == ("", None, "NoOperation")


def test_what_was_sent_to_an_unknown_path_is_kept() -> None:
    headers = {"host": "localhost:80", **KEY}

    exchange = toys().answer(IncomingRequest("POST", "/v1/note", headers=headers, body=b"{}"))

    assert exchange.request.body == b"{}"
    assert exchange.request.base_url == "http://localhost:80"


def test_the_nearest_paths_have_their_prefix() -> None:
    assert toys(providers=(TOY,)).nearest_paths("/v1/note") == [
        "/toy-notes/v1/notes",
        "/toy-notes/v1/notes/mine",
        "/toy-notes/v1/later",
    ]
    assert toys().nearest_paths("/favicon.ico" * 5000) == []


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        (KEY, "test-toy"),
        ({"authorization": "Bearer test-toy"}, "test-toy"),
        ({"x-toy-key": "unknown"}, None),
        ({}, None),
    ],
)
def test_an_unknown_path_is_in_the_journal_of_the_key(
    headers: dict[str, str], key: str | None
) -> None:
    emulator = toys()

    exchange = emulator.answer(arrival("/nowhere", headers))

    assert exchange.key == key
    journal = opened(emulator).journal if key else emulator.tenants.default.journal
    assert list(journal) == [exchange]


def test_an_unknown_path_of_a_known_provider_is_404_in_its_words() -> None:
    exchange = toys().answer(arrival("/other/nowhere"))

    assert (exchange.provider, exchange.response.status) == ("other", 404)
    assert parse_json(exchange.response.body) == {
        "problem": "NoOperation",
        "details": {"method": "GET", "path": "/nowhere"},
    }


@given(
    st.sampled_from(["", "/", "/other", "/toy-notes/v1/notes"]),
    st.text("/{}%:*?#.\\ ä\n\0", max_size=8),
    st.text("GETHEADab ", max_size=4),
    st.text("ab.:[]*,é /", max_size=6),
)
def test_every_request_has_an_answer(start: str, path: str, method: str, host: str) -> None:
    emulator = toys()

    exchange = emulator.answer(IncomingRequest(method, start + path, headers={"host": host, **KEY}))

    assert exchange.response.status in (200, 404, 405, 422)
    assert exchange.violations == ()


# Clocks


def test_a_step_clock_moves_after_each_request_of_its_tenant() -> None:
    emulator = toys(clock_mode="step")
    paths = ("/other/v1/notes/mine", "/other/nowhere", "/nowhere", "/toy-notes/v1/later")

    moments = [emulator.answer(arrival(path)).at for path in paths]
    emulator.answer(arrival("/other/v1/notes", {"x-toy-key": "test-ben"}))
    emulator.answer(arrival("/other/v1/notes", {}))

    assert moments == [T0 + timedelta(seconds=number) for number in range(4)]
    assert opened(emulator).clock.now() == T0 + timedelta(seconds=4)
    assert emulator.tenants.default.clock.now() == T0 + timedelta(seconds=1)


def test_a_step_clock_moves_with_requests_of_the_wrong_key_too() -> None:
    emulator = toys(clock_mode="step")
    tenant = opened(emulator)

    emulator.answer(arrival("/other/v1/notes", {"x-toy-key": tenant.wrong_key}))

    assert tenant.clock.now() == T0 + timedelta(seconds=1)


def test_the_usual_clock_is_the_walls() -> None:
    before = datetime.now(UTC)

    assert Emulator().tenants.default.clock.now() >= before


# A bug of ours


def breaking(request: Any, backend: Any) -> Any:
    raise ValueError("a wheel came off")


def test_what_breaks_the_emulator_is_raised_and_then_said_in_the_providers_words() -> None:
    provider = replace(TOY, operations={**TOY.operations, "listNotes": breaking})
    emulator = toys(providers=(provider,), clock_mode="step")
    asked = arrival("/toy-notes/v1/notes")

    with pytest.raises(ValueError, match="wheel"):
        emulator.answer(asked)
    exchange = emulator.internal_error(asked, "ValueError: a wheel came off")

    assert exchange.response.status == 500
    assert parse_json(exchange.response.body) == {
        "problem": "Broken",
        "details": {"reasons": ["ValueError: a wheel came off"]},
    }
    assert (exchange.key, exchange.refused) == ("test-toy", "Broken")
    assert exchange.request.path == "/v1/notes"
    assert list(opened(emulator).journal) == [exchange]
    assert opened(emulator).clock.now() == T0 + timedelta(seconds=1)


def test_what_breaks_for_nobody_is_in_the_default_journal() -> None:
    emulator = toys()

    exchange = emulator.internal_error(arrival("/other/v1/notes", {}), "a")

    assert exchange.response.status == 500
    assert list(emulator.tenants.default.journal) == [exchange]


def test_what_breaks_nowhere_is_404() -> None:
    emulator = toys(clock_mode="step")

    exchange = emulator.internal_error(arrival("/nowhere"), "a")

    assert exchange.response.status == 404
    assert opened(emulator).clock.now() == T0 + timedelta(seconds=1)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_every_provider_can_say_what_broke_whatever_the_words(provider: Provider) -> None:
    emulator = Emulator(clock_mode="manual")

    response = emulator.internal_error(
        arrival(f"/{provider.slug}/"), "one\r\nX-Two: 2 日本 ä"
    ).response

    assert response.status == 500
    assert response.header("x-emulator-reason") == "one X-Two: 2 ?? ?"
    for name, value in response.headers.items():
        assert name.isascii()
        assert value.isascii()
        assert value.isprintable()


# Two emulators


def test_two_emulators_never_meet() -> None:
    first, second = toys(), toys()

    first.answer(making("/other/v1/notes"))
    opened(first).clock.advance(60)
    found = second.answer(arrival("/other/v1/notes"))

    assert found.at == T0
    assert isinstance(found.response.content, dict)
    assert found.response.content["notes"] == []
    assert len(opened(second).journal) == 1


def test_the_same_seed_key_and_requests_give_the_same_bytes() -> None:
    def story(seed: int, key: str) -> list[tuple[object, ...]]:
        emulator = toys(scenario=Scenario(seed=seed), clock_mode="step")
        headers = {"x-toy-key": key}
        asked = [
            making("/other/v1/notes", headers),
            arrival("/other/v1/notes", headers),
            arrival("/nowhere", headers),
            arrival("/other/v1/notes/1", headers),
        ]
        responses = [emulator.answer(one).response for one in asked]
        return [
            (response.status, response.body, *response.headers.items()) for response in responses
        ]

    assert story(7, "test-toy") == story(7, "test-toy")
    assert story(7, "test-toy") != story(8, "test-toy")
    assert story(7, "test-toy") != story(7, "test-ben")


def test_requests_of_others_change_nothing() -> None:
    quiet, busy = toys(), toys()

    for number in range(3):
        busy.answer(making("/other/v1/notes", {"x-toy-key": f"test-{number}"}))
        busy.answer(arrival("/nowhere", {}))
    one, other = (emulator.answer(making("/other/v1/notes")) for emulator in (quiet, busy))

    assert one == other


def test_providers_of_one_tenant_share_its_clock_and_not_its_records() -> None:
    emulator = toys()

    emulator.answer(making("/other/v1/notes"))
    found = emulator.answer(arrival("/toy-notes/v1/notes"))

    assert isinstance(found.response.content, dict)
    assert found.response.content["notes"] == []
    assert len(opened(emulator).journal) == 2


def test_tenants_are_bounded() -> None:
    emulator = toys(max_tenants=2)

    for number in range(5):
        emulator.answer(arrival("/other/v1/notes", {"x-toy-key": f"test-{number}"}))

    assert len(emulator.tenants) == 2


def test_requests_of_several_threads_are_answered_one_after_the_other() -> None:
    emulator = toys()

    def many() -> None:
        for _ in range(20):
            emulator.answer(making("/other/v1/notes"))

    threads = [Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = emulator.answer(arrival("/other/v1/notes")).response.content
    assert isinstance(found, dict)
    assert len({note["id"] for note in found["notes"]}) == 80
    assert len({one.request.id for one in opened(emulator).journal}) == 81


def test_what_arrives_too_large_is_refused_by_the_provider() -> None:
    emulator = toys()

    body = emulator.answer(making("/other/v1/notes", excess="body"))
    headers = emulator.answer(
        IncomingRequest("GET", "/other/v1/notes", headers=LOCAL, excess="headers")
    )

    assert (body.refused, headers.refused) == ("TooLarge", "HeadersTooLarge")
