"""Who may use the admin API, and from which pages."""

import pytest

from emulator.application.addressing import IncomingRequest, UrlPolicy
from emulator.application.emulator import Emulator
from emulator.core.http.messages import Response
from emulator.interfaces.admin.access_control import host_name, is_loopback
from emulator.interfaces.admin.context import Access, AdminContext
from emulator.interfaces.admin.pipeline import answer

TOKEN = "s3cret"


def asked(
    access: Access,
    path: str = "/health",
    *,
    host: str = "127.0.0.1:4788",
    addresses: tuple[str, ...] = (),
    addressing: UrlPolicy | None = None,
    **headers: str,
) -> Response:
    emulator = Emulator(addressing=addressing)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    arrival = IncomingRequest("GET", f"/_emulator{path}", headers={"host": host, **given})
    return answer(AdminContext(emulator, access), arrival, addresses)


def code(response: Response) -> str:
    assert isinstance(response.content, dict)
    return str(response.content["error"]["code"]) if "error" in response.content else ""


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("127.9.9.9",),
        ("::1",),
        ("::ffff:127.0.0.1",),
        ("127.0.0.1", "::1"),
        ("/run/emulator.sock",),
        (),
    ],
)
def test_on_loopback_it_is_open(addresses: tuple[str, ...]) -> None:
    assert asked(Access("0.0.0.0"), addresses=addresses).status == 200


@pytest.mark.parametrize(
    "addresses",
    [
        ("0.0.0.0",),
        ("::",),
        ("192.168.1.5",),
        ("::ffff:192.168.1.5",),
        ("127.0.0.1", "192.168.1.5"),
        ("::", "0.0.0.0"),
    ],
)
def test_elsewhere_it_is_closed_until_somebody_opens_it(addresses: tuple[str, ...]) -> None:
    closed = asked(Access("localhost"), addresses=addresses)
    opened = asked(Access("localhost", is_open=True), addresses=addresses)

    assert (closed.status, code(closed)) == (403, "closed")
    assert isinstance(closed.content, dict)
    assert closed.content["error"]["message"] == (
        f"the server listens on {', '.join(addresses)}, so the admin API is closed: set "
        "SPEECH_EMULATOR_ADMIN_TOKEN, or open it to everybody with --open-admin"
    )
    assert opened.status == 200


@pytest.mark.parametrize(
    ("authorization", "status", "said"),
    [
        ("", 401, "no_token"),
        ("Basic s3cret", 401, "no_token"),
        ("Bearer other", 401, "wrong_token"),
        ("Bearer s3cre", 401, "wrong_token"),
        ("Bearer \u00e4", 401, "wrong_token"),
        ("Bearer s3cret", 200, ""),
        ("bearer s3cret", 200, ""),
    ],
)
@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])
@pytest.mark.parametrize("is_open", [False, True])
def test_a_token_that_is_set_is_wanted_everywhere(
    authorization: str, status: int, said: str, address: str, is_open: bool
) -> None:
    access = Access(address, TOKEN, is_open)

    response = asked(access, addresses=(address,), authorization=authorization)

    assert (response.status, code(response)) == (status, said)
    assert (response.header("www-authenticate") is not None) == (status == 401)


def test_only_what_holds_nothing_of_a_tenant_is_open_without_a_token() -> None:
    operations = AdminContext(Emulator()).contract.operations.values()

    assert {operation.id for operation in operations if not operation.security} == {
        *("live", "ready", "version"),
        *("receive_by_post", "receive_by_put", "receive_by_patch"),
        *("list_scenarios", "get_scenario", "get_schema", "get_definition"),
        *("show_start", "show_docs", "show_definition", "get_file"),
    }


@pytest.mark.parametrize("path", ["/live", "/ready", "/version", "/docs", "/specs/gladia"])
def test_what_tells_nothing_of_tenants_is_open_everywhere(path: str) -> None:
    assert asked(Access("0.0.0.0", TOKEN), path, addresses=("0.0.0.0",)).status == 200


@pytest.mark.parametrize("name", ["localhost", "a.localhost", "test", "testserver"])
def test_a_test_client_without_a_socket_may_use_it(name: str) -> None:
    assert asked(Access(), addresses=(name,)).status == 200


@pytest.mark.parametrize("name", ["0", "0x0", "*", "", "emulator", "emulator.test", "a.testserver"])
def test_a_name_in_the_place_of_an_address_opens_nothing(name: str) -> None:
    response = asked(Access(), addresses=(name,))

    assert (response.status, code(response)) == (403, "closed")


def test_in_the_same_process_it_is_open() -> None:
    assert asked(Access(in_process=True), addresses=("0.0.0.0",)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:4788",
        "[::1]:4788",
        "192.168.1.5",
        "localhost:4788",
        "LOCALHOST",
        "gladia.localhost:4788",
        "emulator:4788",
        "host.docker.internal:4788",
        "api.gladia.io",
        "westeurope.api.cognitive.microsoft.com",
        "bound.test",
        "Bound.Test",
        "",
    ],
)
def test_names_that_nobody_else_can_have_lead_here(host: str) -> None:
    assert asked(Access("bound.TEST", is_open=True), host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "evil.test",
        "evil.test:4788",
        "127.0.0.1.evil.test",
        "evil.test:x",
        "[::1].evil.test",
        "[::1]:4788.evil.test",
        "[::1]@evil.test",
        "[::1%.evil.test]",
        "[::1",
        "[evil.test]",
        "localhost:4788@evil.test",
        "localhost:4788:evil.test",
        "localhost:",
        "localhost/evil.test",
        "localhost, evil.test",
        "localhost evil.test",
        "localhost.",
        "localhost.evil.test",
        "evillocalhost.test",
        "evil%2etest",
        "evil\u00b7test",
        "api.gladia.io.evil.test",
        "public.test.evil.test",
        "bound.test.evil.test",
    ],
)
def test_a_name_that_a_page_may_have_made_lead_here_is_refused(host: str) -> None:
    addressing = UrlPolicy(public_url="https://public.test")

    response = asked(Access("bound.test"), host=host, addressing=addressing)

    assert (response.status, code(response)) == (403, "foreign_host")


def test_the_public_address_leads_here() -> None:
    addressing = UrlPolicy(public_url="https://Emulator.test:8443")

    response = asked(
        Access("127.0.0.1"),
        host="emulator.test",
        origin="https://emulator.test:8443",
        addressing=addressing,
    )

    assert response.status == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:4788", 200),
        ("https://127.0.0.1:4788", 200),  # a proxy may have taken the TLS off
        ("http://127.0.0.1:3000", 403),
        ("http://localhost:4788", 403),
        ("http://evil.test", 403),
        ("null", 403),
        ("http://[", 403),
        ("HTTP://127.0.0.1:4788", 403),
        ("ftp://127.0.0.1:4788", 403),
        ("//127.0.0.1:4788", 403),
        ("127.0.0.1:4788", 403),
        ("http://127.0.0.1", 403),
        ("http://127.0.0.1:47880", 403),
        ("http://127.0.0.1:4788.evil.test", 403),
        ("http://127.0.0.1.:4788", 403),
        ("http://a@127.0.0.1:4788", 403),
        ("http://127.0.0.1:4788@evil.test", 403),
        ("http://127.0.0.1:4788/", 403),
        ("http://127.0.0.1:4788 http://evil.test", 403),
        ("http://evil.test, http://127.0.0.1:4788", 403),
        ("", 403),
    ],
)
def test_a_page_from_elsewhere_is_refused(origin: str, status: int) -> None:
    response = asked(Access("127.0.0.1"), origin=origin)

    assert response.status == status
    assert code(response) == ("" if status == 200 else "foreign_origin")


def test_a_page_that_a_trusted_proxy_serves_may_use_it() -> None:
    addressing = UrlPolicy(trust_forwarded=True)
    page, host = "https://emulator.test", "emulator.test"

    trusted = asked(Access(), addressing=addressing, origin=page, x_forwarded_host=host)
    distrusted = asked(Access(), origin=page, x_forwarded_host=host)

    assert (trusted.status, code(distrusted)) == (200, "foreign_origin")


@pytest.mark.parametrize("path", ["/nothing", "/tenants", "/docs", "/inbox/a/b"])
def test_a_page_from_elsewhere_learns_nothing_at_all(path: str) -> None:
    response = asked(Access("127.0.0.1"), path, origin="http://evil.test")

    assert code(response) == "foreign_origin"


@pytest.mark.parametrize("path", ["/live", "/ready"])
def test_a_probe_may_come_under_any_name(path: str) -> None:
    assert asked(Access("0.0.0.0"), path, host="pod.cluster.test").status == 200


@pytest.mark.parametrize(
    ("host", "name"),
    [("a.test", "a.test"), ("A.test:80", "a.test"), ("[::1]:80", "::1"), ("[::1]", "::1")],
)
def test_a_host_is_known_by_its_name(host: str, name: str) -> None:
    assert host_name(host) == name


def test_an_address_is_not_loopback_because_it_begins_like_one() -> None:
    assert not is_loopback("127.0.0.1.evil.test")
