import pytest

from emulator.application import Arrival
from emulator.faces.heads import LARGEST, MOST, MOST_BYTES, Head, Heads, RawHeaders

HOST = (b"host", b"a")


def asked(heads: Heads, url: bytes = b"/gladia/health", headers: RawHeaders | None = None) -> Head:
    return heads.of("http", b"GET", url, [HOST] if headers is None else headers)


def test_a_head_says_what_is_asked_for() -> None:
    head = Heads().of(
        "https", b"PUT", b"/a%20b?c=d&c=%C3%A4", [HOST, (b"x-e", b"f"), (b"x-e", b"g")]
    )

    assert head == Head(
        Arrival(
            method="PUT",
            path="/a b",
            query=(("c", "d"), ("c", "ä")),
            headers={"host": "a", "x-e": "f, g"},
            scheme="https",
        ),
        is_prompt=True,
    )


def test_a_head_that_comes_again_has_been_read() -> None:
    heads = Heads()
    first = asked(heads)

    assert asked(heads) is first
    assert asked(heads, headers=[HOST, (b"accept", b"*/*")]) is not first
    assert heads.of("https", b"GET", b"/gladia/health", [HOST]) is not first
    assert heads.of("http", b"HEAD", b"/gladia/health", [HOST]) is not first


def test_a_large_head_is_read_each_time() -> None:
    heads, large = Heads(), [HOST, (b"x-e", bytes(MOST_BYTES))]

    assert asked(heads, headers=large) is not asked(heads, headers=large)


def test_when_there_are_too_many_heads_all_are_forgotten() -> None:
    heads = Heads()
    first = asked(heads, b"/0")
    for number in range(1, MOST):
        asked(heads, b"/%d" % number)
    assert asked(heads, b"/0") is first

    last = asked(heads, b"/%d" % MOST)

    assert asked(heads, b"/0") is not first
    assert asked(heads, b"/%d" % MOST) is last


@pytest.mark.parametrize(
    ("url", "header", "is_prompt"),
    [
        (b"/gladia/health", (b"content-length", b"%d" % LARGEST), True),
        (b"/gladia/health", (b"content-length", b"%d" % (LARGEST + 1)), False),
        (b"/gladia/health", (b"transfer-encoding", b"chunked"), False),
        (b"/gladia/health", (b"expect", b"100-continue"), False),
        (b"/gladia/health", (b"upgrade", b"websocket"), False),
        (b"/_emulator/live", HOST, False),
        (b"/%5Femulator/live", HOST, False),
    ],
)
def test_what_takes_its_time_is_told_by_the_head(
    url: bytes, header: tuple[bytes, bytes], is_prompt: bool
) -> None:
    assert asked(Heads(), url, [header]).is_prompt is is_prompt


def test_a_body_over_the_servers_limit_is_not_waited_for() -> None:
    header = (b"content-length", b"11")

    assert asked(Heads(11), b"/gladia/health", [header]).is_prompt is True
    assert asked(Heads(10), b"/gladia/health", [header]).is_prompt is False
