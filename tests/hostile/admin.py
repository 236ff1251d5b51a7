"""What the admin API may be sent."""

from typing import Any

from tests.hostile.case import KEY, cases, with_body
from tests.hostile.case import head as of_anybody
from tests.hostile.case import post_json as posted

BASE = "/_emulator"
MINE = f"{BASE}/tenants/{KEY}"
YAML = "Content-Type: application/yaml\r\n"


def at_home(request: str) -> str:
    """The admin API wants a host that leads here."""
    return request.replace("Host: a\r\n", "Host: localhost\r\n", 1)


def get(path: str, headers: str = "", method: str = "GET") -> str:
    return at_home(of_anybody(method, path, headers))


def post(path: str, body: Any, method: str = "POST") -> str:
    return at_home(posted(path, body, method))


def scenario(text: str | bytes) -> str:
    return at_home(with_body("PUT", f"{MINE}/scenario", text, YAML))


def laughs(levels: int) -> str:
    """Each level names the one before nine times."""
    lines = ["a0: &a0 [x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


ROWS = [
    # Hosts and origins.
    (
        "another host",
        of_anybody("GET", f"{BASE}/tenants").replace("Host: a", "Host: evil.test"),
        "403 admin",
    ),
    ("another site's page", get(f"{BASE}/tenants", "Origin: https://evil.test\r\n"), "403 admin"),
    ("a page of no origin", get(f"{BASE}/tenants", "Origin: null\r\n"), "403 admin"),
    ("an origin of nonsense", get(f"{BASE}/tenants", "Origin: ://\r\n"), "403 admin"),
    ("two hosts", get(f"{BASE}/tenants", "Host: evil.test\r\n"), "400 plain, closed"),
    ("a host that an absolute target names", get(f"http://evil.test{BASE}/tenants"), "403 admin"),
    (
        "a host that begins as ours",
        get(f"{BASE}/tenants").replace("localhost", "localhost.evil.test"),
        "403 admin",
    ),
    (
        "a forwarded host",
        of_anybody("GET", f"{BASE}/tenants", "X-Forwarded-Host: localhost\r\n").replace(
            "Host: a", "Host: evil.test"
        ),
        "403 admin",
    ),
    (
        "a preflight",
        get(
            f"{BASE}/tenants",
            "Origin: https://evil.test\r\nAccess-Control-Request-Method: DELETE\r\n",
            "OPTIONS",
        ),
        "403 admin",
    ),
    ("a token that nobody wants", get(f"{BASE}/version", "Authorization: Bearer a\r\n"), "200"),
    # Paths and methods.
    ("an unknown path", get(f"{BASE}/nothing"), "404 admin"),
    ("another method", get(f"{BASE}/tenants", method="PATCH"), "405 admin"),
    ("a method of WebDAV", get(f"{BASE}/tenants", method="PROPFIND"), "405 admin"),
    ("HEAD", get(f"{BASE}/version", method="HEAD"), "200"),
    ("dots", get(f"{BASE}/files/../../etc/passwd"), "404 admin"),
    ("dots, encoded", get(f"{BASE}/files/..%2f..%2fetc%2fpasswd"), "404 admin"),
    ("a NUL in a file's name", get(f"{BASE}/files/a%00.js"), "404 admin"),
    ("a scenario of dots", get(f"{BASE}/scenarios/..%2f..%2fetc%2fpasswd"), "404 admin"),
    ("a definition of dots", get(f"{BASE}/specs/..%2fgladia"), "404 admin"),
    ("a tenant of nothing", get(f"{BASE}/tenants/"), "200"),
    ("a tenant of nobody", get(f"{BASE}/tenants/nobody"), "404 admin"),
    ("a tenant of a traversal", get(f"{BASE}/tenants/..%2f"), "404 admin"),
    ("a tenant of 10,000 letters", get(f"{BASE}/tenants/{'a' * 10_000}"), "422 admin"),
    ("a tenant whose name is no UTF-8", get(f"{BASE}/tenants/%ff"), "404 admin"),
    ("an exchange of letters", get(f"{MINE}/journal/abc"), "404 admin"),
    ("an exchange of a hundred digits", get(f"{MINE}/journal/{'9' * 100}"), "404 admin"),
    ("events of nobody", get(f"{BASE}/events?tenant={'a' * 1000}"), "422 admin"),
    (
        "a websocket",
        get(
            f"{BASE}/events",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2l4dGVlbiBieXRlcy4uLg==\r\n",  # noqa: E501
        ),
        "403 text, closed",
    ),
    # Queries.
    ("a journal of an unknown form", get(f"{MINE}/journal?format=exe"), "422 admin"),
    ("a journal of a limit below zero", get(f"{MINE}/journal?limit=-1"), "422 admin"),
    ("a journal of a limit of letters", get(f"{MINE}/journal?limit=all"), "422 admin"),
    ("a journal after nobody", get(f"{MINE}/journal?after=nobody"), "422 admin"),
    ("a wait of nonsense", get(f"{MINE}/webhooks?wait=soon"), "422 admin"),
    ("a wait for ever", get(f"{MINE}/webhooks?wait=999999999d"), "422 admin"),
    ("a wait below zero", get(f"{MINE}/webhooks?wait=-1s"), "422 admin"),
    ("jobs of an unknown provider", get(f"{MINE}/jobs?provider=nobody"), "422 admin"),
    ("a journal of an unknown provider", get(f"{MINE}/journal?provider=nobody"), "422 admin"),
    ("jobs of an unknown phase", get(f"{MINE}/jobs?phase=sleeping"), "422 admin"),
    ("an unknown parameter", get(f"{MINE}/jobs?a=b"), "422 admin"),
    # Bodies.
    ("no body", post(f"{BASE}/tenants", ""), "201"),
    ("half a body", post(f"{BASE}/tenants", '{"key"'), "400 admin"),
    ("a list", post(f"{BASE}/tenants", []), "422 admin"),
    ("an unknown member", post(f"{BASE}/tenants", {"key": "test-odd", "a": 1}), "422 admin"),
    ("a key that is a number", post(f"{BASE}/tenants", {"key": 1}), "422 admin"),
    ("a key of nothing", post(f"{BASE}/tenants", {"key": ""}), "422 admin"),
    ("a key of 100,000 letters", post(f"{BASE}/tenants", {"key": "a" * 100_000}), "422 admin"),
    ("a key with a line end", post(f"{BASE}/tenants", {"key": "test-a\r\nb"}), "422 admin"),
    ("a key with a slash", post(f"{BASE}/tenants", {"key": "test-a/b"}), "422 admin"),
    (
        "a key with a lone surrogate",
        post(f"{BASE}/tenants", '{"key": "test-\\ud800"}'),
        "400 admin",
    ),
    ("100,000 levels", post(f"{BASE}/tenants", "[" * 100_000), "400 admin"),
    ("100,000 members", post(f"{BASE}/tenants", {f"m{n}": n for n in range(100_000)}), "422 admin"),
    ("a clock moved by nonsense", post(f"{MINE}/clock", {"advance": "soon"}), "422 admin"),
    ("a clock moved back", post(f"{MINE}/clock", {"advance": "-1s"}), "409 admin"),
    (
        "a clock moved by a million years",
        post(f"{MINE}/clock", {"advance": "365000000d"}),
        "409 admin",
    ),
    (
        "a clock moved to the year 99999",
        post(f"{MINE}/clock", {"to": "99999-01-01T00:00:00Z"}),
        "422 admin",
    ),
    (
        "a clock moved in two ways",
        post(f"{MINE}/clock", {"advance": "1s", "to": "2030-01-01T00:00:00Z"}),
        "422 admin",
    ),
    (
        "a clock moved until nothing",
        post(f"{MINE}/clock", {"until": {"job": "a", "phase": "completed"}}),
        "404 admin",
    ),
    ("a fault of nothing", post(f"{MINE}/faults", {}), "422 admin"),
    ("101 faults", post(f"{MINE}/faults", [{"delay": "1ms"}] * 101), "422 admin"),
    ("a fault of status 99", post(f"{MINE}/faults", {"answer": {"status": 99}}), "422 admin"),
    ("a fault of status 1,000", post(f"{MINE}/faults", {"answer": {"status": 1000}}), "422 admin"),
    (
        "a fault with a header of two lines",
        post(f"{MINE}/faults", {"answer": {"status": 503, "headers": {"a": "b\r\nc: d"}}}),
        "422 admin",
    ),
    (
        "a fault that waits for a year",
        post(f"{MINE}/faults", {"when": {"operation": "health"}, "delay": "365d"}),
        "422 admin",
    ),
    (
        "a fault of a chance of 200 %",
        post(f"{MINE}/faults", {"when": {"chance": "200%"}, "delay": "1ms"}),
        "422 admin",
    ),
    (
        "a fault of an unknown operation",
        post(f"{MINE}/faults", {"when": {"operation": "a" * 10_000}, "delay": "1ms"}),
        "422 admin",
    ),
    ("a fault that is nobody's", get(f"{MINE}/faults/{'a' * 400}", method="DELETE"), "404 admin"),
    (
        "a webhook to nowhere",
        post(
            f"{MINE}/webhooks",
            {"provider": "azure_speech", "url": "nowhere", "events": ["TranscriptionSucceeded"]},
        ),
        "422 admin",
    ),
    (
        "a webhook to metadata",
        post(f"{MINE}/webhooks", {"provider": "azure_speech", "url": "http://169.254.169.254/"}),
        "422 admin",
    ),
    (
        "a webhook to a file",
        post(f"{MINE}/webhooks", {"provider": "azure_speech", "url": "file:///etc/passwd"}),
        "422 admin",
    ),
    (
        "a webhook to the other base of an address",
        post(f"{MINE}/webhooks", {"provider": "azure_speech", "url": "http://0xA9FEA9FE/"}),
        "422 admin",
    ),
    (
        "a webhook to a user",
        post(f"{MINE}/webhooks", {"provider": "azure_speech", "url": "http://a:b@127.0.0.1:1/"}),
        "422 admin",
    ),
    (
        "a webhook with line ends",
        post(
            f"{MINE}/webhooks", {"provider": "azure_speech", "url": "http://127.0.0.1:1/\r\nX-A: b"}
        ),
        "422 admin",
    ),
    ("a delivery that is nobody's", post(f"{MINE}/webhooks/nobody/send-again", ""), "404 admin"),
    ("a pattern of nothing", post(f"{MINE}/verify", {}), "200"),
    ("a pattern of a glob without end", post(f"{MINE}/verify", {"path": "*a" * 5000}), "422 admin"),
    (
        "a pattern of a count below zero",
        post(f"{MINE}/verify", {"operation": "health", "times": -1}),
        "422 admin",
    ),
    (
        "a change of nobody's job",
        post(f"{MINE}/jobs/nobody", {"phase": "failed"}, "PATCH"),
        "404 admin",
    ),
    ("a reset of nonsense", post(f"{MINE}/reset", {"journal": "perhaps"}), "422 admin"),
    (
        "an inbox with a query that it does not know",
        get(f"{BASE}/inbox/{KEY}/a?status=999", method="POST"),
        "200",
    ),
    (
        "an inbox of 10,000 letters",
        get(f"{BASE}/inbox/{KEY}/{'a' * 10_000}", method="POST"),
        "422 admin",
    ),
    (
        "an inbox of zeros",
        at_home(with_body("POST", f"{BASE}/inbox/{KEY}/a", "\0" * 10_000, "")),
        "200",
    ),
    # Scenarios.
    ("a scenario of nothing", scenario(""), "422 admin"),
    ("a scenario of a number", scenario("1"), "422 admin"),
    ("a scenario of a list", scenario("- a"), "422 admin"),
    ("a scenario of tabs", scenario("\t\ta: b"), "422 admin"),
    ("a scenario of half a bracket", scenario("jobs: ["), "422 admin"),
    ("a scenario of 100,000 brackets", scenario("[" * 100_000), "422 admin"),
    (
        "a scenario of 1,500 levels of blocks",
        scenario("\n".join(" " * n + "a:" for n in range(1500))),
        "422 admin",
    ),
    ("a scenario of a billion laughs", scenario(laughs(12)), "422 admin"),
    ("a scenario that names itself", scenario("jobs: &a [*a]"), "422 admin"),
    ("a scenario of an anchor that is not there", scenario("jobs: *nobody"), "422 admin"),
    (
        "a scenario of 20,000 anchors",
        scenario("\n".join(f"a{n}: &a{n} b" for n in range(20_000))),
        "422 admin",
    ),
    ("a scenario of merge keys without end", scenario("a: &a {<<: *a}"), "422 admin"),
    (
        "a scenario of a tag of Python",
        scenario("jobs: !!python/object/apply:os.system [ls]"),
        "422 admin",
    ),
    ("a scenario of an unknown tag", scenario("jobs: !tea []"), "422 admin"),
    ("a scenario of binary", scenario("scenario: !!binary YQ=="), "422 admin"),
    ("a scenario of two documents", scenario("seed: 1\n---\nseed: 2\n"), "422 admin"),
    ("a scenario of a key twice", scenario("seed: 1\nseed: 2\n"), "422 admin"),
    ("a scenario of a key that is a list", scenario("? [a, b]\n: c"), "422 admin"),
    ("a scenario of UTF-16", scenario("seed: 1".encode("utf-16")), "400 admin"),
    ("a scenario of bytes that are no text", scenario(b"\xff\x00\x80"), "400 admin"),
    ("a scenario of NULs", scenario("\0" * 100), "422 admin"),
    ("a scenario of 6 MB", scenario("# " + "a" * 6_000_000), "422 admin"),
    ("a scenario of an integer of 10,000 digits", scenario("seed: " + "9" * 10_000), "422 admin"),
    ("a scenario of base 60", scenario("seed: 190:20:30"), "422 admin"),
    (
        "a scenario of a date of nonsense",
        scenario("clock: {start: 2026-99-99T99:99:99Z}"),
        "422 admin",
    ),
    (
        "a scenario of the end of time",
        scenario("clock: {mode: manual, start: 9999-12-31T23:59:59Z}"),
        "422 admin",
    ),
    (
        "a scenario of a billion jobs",
        scenario("existing: [{provider: gladia, count: 1000000000}]"),
        "422 admin",
    ),
    (
        "a scenario of ten years of speech",
        scenario("transcripts: {a: {language: en, minutes: 5256000}}"),
        "422 admin",
    ),
    (
        "a scenario of a million speakers",
        scenario("transcripts: {a: {language: en, speakers: 1000000, minutes: 1}}"),
        "422 admin",
    ),
    ("a scenario of an unknown word", scenario("sceanrio: a"), "422 admin"),
    (
        "a scenario of 10,000 mistakes",
        scenario("\n".join(f"a{n}: 1" for n in range(10_000))),
        "422 admin",
    ),
    (
        "a scenario's name of a file",
        at_home(posted(f"{MINE}/scenario", {"scenario": "/etc/passwd"}, "PUT")),
        "422 admin",
    ),
    (
        "a scenario's name of a URL",
        at_home(posted(f"{MINE}/scenario", {"scenario": "http://evil.test/a.yaml"}, "PUT")),
        "422 admin",
    ),
]

CASES = cases("admin", ROWS)
