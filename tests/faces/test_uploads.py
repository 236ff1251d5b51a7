"""Long bodies through ASGI: they come and go in pieces."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from emulator.application import Emulator
from emulator.core.answer import Checking
from emulator.core.bodies import PIECE_BYTES
from emulator.core.media import wav_head
from emulator.faces.python import run
from emulator.faces.site import application

PIECE = bytes(64 * 1024)
PIECES = 1_000  # 64 MB
FORM = "multipart/form-data; boundary=b"
BEGIN = b'--b\r\nContent-Disposition: form-data; name="audio"; filename="long.wav"\r\n\r\n'
HEAD = wav_head(PIECES * len(PIECE), 1, 16_000)
END = b"\r\n--b--\r\n"
MOST_HELD = 4_000_000  # bytes, with all that is imported on the way


class Client:
    """Sends a body in pieces, and counts those that come back."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.status = 0
        self.sizes: list[int] = []
        self.content = b""

    def ask(self, method: str, path: str, body: Iterator[bytes], **headers: str) -> "Client":
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "scheme": "http",
            "headers": [(one.replace("_", "-").encode(), headers[one].encode()) for one in headers],
        }

        async def receive() -> dict[str, Any]:
            piece = next(body, None)
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

        async def send(message: Any) -> None:
            self.status = message.get("status", self.status)
            piece = message.get("body", b"")
            self.sizes.append(len(piece))
            self.content = piece or self.content

        asyncio.run(self._app(scope, receive, send))
        return self


def kept(emulator: Emulator) -> list[Any]:
    """The bodies that the journal of the one tenant holds."""
    tenant = emulator.tenants.found("test-long")
    assert tenant is not None
    assert [one.request.form for one in tenant.journal] == [None, None, None]
    return [one.request.body for one in tenant.journal]


def recording(pieces: int = PIECES) -> Iterator[bytes]:
    yield BEGIN + HEAD
    for _ in range(pieces):
        yield PIECE
    yield END


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(clock_mode="manual", checking=Checking("fail", "fail"))


def upload(app: Any) -> Client:
    return Client(app).ask(
        "POST", "/v2/upload", recording(), content_type=FORM, x_gladia_key="test-long"
    )


def test_a_long_recording_is_never_in_memory_on_its_way_in_and_out(emulator: Emulator) -> None:
    app = application(emulator)
    Client(app).ask("GET", "/v2/pre-recorded", iter([]), x_gladia_key="test-long")

    tracemalloc.start()
    given = upload(app)
    url = given.content.decode().partition('"audio_url":"')[2].partition('"')[0]
    path = "/file/" + url.rpartition("/")[2]
    back = Client(app).ask("GET", path, iter([]), x_gladia_key="test-long")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    size = len(HEAD) + PIECES * len(PIECE)
    assert given.status == 200
    assert f'"size":{size}' in given.content.decode()
    assert '"audio_duration":2048' in given.content.decode()
    assert (back.status, sum(back.sizes), max(back.sizes)) == (200, size, PIECE_BYTES)
    assert peak < MOST_HELD
    assert kept(emulator) == [b"", b"", b""]


def test_what_was_refused_unread_is_not_kept_either(emulator: Emulator) -> None:
    app = application(emulator)

    refused = Client(app).ask("POST", "/v2/upload", recording(10), content_type=FORM)

    [exchange] = emulator.tenants.default.journal
    assert (refused.status, exchange.request.body, exchange.request.form) == (401, b"", None)
    assert [(one.size, one.digest) for one in exchange.omitted] == [
        (len(BEGIN + HEAD + END) + 10 * len(PIECE), None)
    ]


def test_a_body_over_the_limit_is_documented_and_leaves_nothing(emulator: Emulator) -> None:
    refused = upload(application(emulator, max_body_bytes=1_000_000))

    tenant = emulator.tenants.found("test-long")
    assert tenant is not None
    [exchange] = tenant.journal
    assert (refused.status, exchange.request.body) == (413, b"")
    assert '"message":"payload too large"' in refused.content.decode()


@pytest.mark.parametrize("cut", [{"truncate": "100kB"}, {"drip": "1MB"}], ids=["cut", "drip"])
def test_a_fault_meets_a_long_recording_as_any_answer(cut: dict[str, str]) -> None:
    content = HEAD + bytes(300_000)
    with run() as speech:
        headers = {"x-gladia-key": speech.key}
        files = {"audio": ("a.wav", content)}
        made = httpx.post(f"{speech.gladia.url}/v2/upload", headers=headers, files=files).json()
        speech.faults.add({"when": {"path": "/file/*"}, "connection": cut})

        came = b""
        with (
            suppress(httpx.RemoteProtocolError),
            httpx.stream("GET", made["audio_url"], headers=headers) as answer,
        ):
            for piece in answer.iter_raw():
                came += piece

    assert answer.headers["content-length"] == str(len(content))
    assert came == (content[:100_000] if "truncate" in cut else content)
