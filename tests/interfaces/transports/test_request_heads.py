import pytest

from emulator.application.addressing import IncomingRequest
from emulator.interfaces.transports.request_heads import (
    END,
    LARGEST,
    MOST_BYTES,
    MOST_HEADS,
    RequestHead,
    RequestHeadCache,
)

HEALTH = b"GET /gladia/health HTTP/1.1\r\nHost: a"


def test_a_head_says_what_is_asked_for() -> None:
    head = RequestHeadCache().get(
        "https",
        b"PUT /a%20b?c=d&c=%C3%A4 HTTP/1.1\r\nHost: a\r\nX-E: f\r\nX-E: g\r\ncontent-length: 7",
    )

    assert head == RequestHead(
        IncomingRequest(
            method="PUT",
            path="/a b",
            query=(("c", "d"), ("c", "ä")),
            headers={"host": "a", "x-e": "f, g", "content-length": "7"},
            scheme="https",
        ),
        length=7,
        closes=False,
    )


def test_a_head_that_comes_again_has_been_read() -> None:
    heads = RequestHeadCache()
    first = heads.get("http", HEALTH)

    assert heads.get("http", bytes(bytearray(HEALTH))) is first
    assert heads.get("http", HEALTH + b"\r\nAccept: */*") is not first
    assert heads.get("https", HEALTH) is not first
    assert heads.get("http", HEALTH.replace(b"GET", b"HEAD")) is not first


def test_a_large_head_is_read_each_time() -> None:
    heads, large = RequestHeadCache(), HEALTH + b"\r\nX-E: " + b"e" * MOST_BYTES

    first = heads.get("http", large)

    assert first is not None
    assert heads.get("http", large) is not first


def test_when_there_are_too_many_heads_all_are_forgotten() -> None:
    heads = RequestHeadCache()
    first, *_ = [
        heads.get("http", b"GET /%d HTTP/1.1\r\nHost: a" % each) for each in range(MOST_HEADS)
    ]
    assert heads.get("http", b"GET /0 HTTP/1.1\r\nHost: a") is first

    last = heads.get("http", b"GET /%d HTTP/1.1\r\nHost: a" % MOST_HEADS)

    assert heads.get("http", b"GET /0 HTTP/1.1\r\nHost: a") is not first
    assert heads.get("http", b"GET /%d HTTP/1.1\r\nHost: a" % MOST_HEADS) is last


@pytest.mark.parametrize(
    ("head", "closes"),
    [
        (HEALTH, False),
        (HEALTH + b"\r\nConnection: close", True),
        (b"GET /gladia/health HTTP/1.0", True),
    ],
)
def test_a_head_says_whether_the_connection_ends(head: bytes, closes: bool) -> None:
    found = RequestHeadCache().get("http", head)

    assert found is not None
    assert found.closes is closes


@pytest.mark.parametrize(
    "head",
    [
        HEALTH + b"\r\nContent-Length: %d" % (LARGEST + 1),
        HEALTH + b"\r\nTransfer-Encoding: chunked",
        HEALTH + b"\r\nExpect: 100-continue",
        HEALTH + b"\r\nConnection: upgrade\r\nUpgrade: websocket",
        b"GET /_emulator/live HTTP/1.1\r\nHost: a",
        b"GET /%5Femulator/live HTTP/1.1\r\nHost: a",
    ],
)
def test_what_takes_its_time_is_none_for_here(head: bytes) -> None:
    assert RequestHeadCache().get("http", head) is None


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"nonsense",
        HEALTH + b"\r\nno colon",
        HEALTH + b"\r\nContent-Length: many",
        HEALTH + END + HEALTH,
    ],
)
def test_what_is_not_one_head_is_left_to_who_can_say_so(head: bytes) -> None:
    assert RequestHeadCache().get("http", head) is None


def test_a_body_over_the_servers_limit_is_not_waited_for() -> None:
    head = HEALTH + b"\r\nContent-Length: 11"

    assert RequestHeadCache(11).get("http", head) is not None
    assert RequestHeadCache(10).get("http", head) is None
