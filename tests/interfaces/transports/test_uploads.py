"""Long bodies through ASGI: they come and go in pieces."""

import asyncio
import errno
import gc
import json
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.application.emulator import Emulator
from emulator.core.engine.finishing import Checking
from emulator.core.http.bodies import CHUNK_BYTES, File, NamedFile
from emulator.core.speech.media import wav_head
from emulator.interfaces.admin.context import Access
from emulator.interfaces.serving.asgi_app import RootApp, root_app
from emulator.interfaces.testing.api import run

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
            "headers": [
                (header.replace("_", "-").encode(), headers[header].encode()) for header in headers
            ],
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
    tenant = emulator.tenants.get("test-long")
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
    app = root_app(emulator)
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
    assert (back.status, sum(back.sizes), max(back.sizes)) == (200, size, CHUNK_BYTES)
    assert peak < MOST_HELD
    assert kept(emulator) == [b"", b"", b""]


def test_what_was_refused_unread_is_not_kept_either(emulator: Emulator) -> None:
    app = root_app(emulator)

    refused = Client(app).ask("POST", "/v2/upload", recording(10), content_type=FORM)

    [exchange] = emulator.tenants.default.journal
    assert (refused.status, exchange.request.body, exchange.request.form) == (401, b"", None)
    assert [(one.size, one.digest) for one in exchange.omitted] == [
        (len(BEGIN + HEAD + END) + 10 * len(PIECE), None)
    ]


def test_a_body_over_the_limit_is_documented_and_leaves_nothing(emulator: Emulator) -> None:
    refused = upload(root_app(emulator, max_body_bytes=1_000_000))

    tenant = emulator.tenants.get("test-long")
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
        made = httpx.post(
            f"{speech.gladia.url}/v2/upload", headers=headers, files=files, timeout=60
        ).json()
        speech.faults.add({"when": {"path": "/file/*"}, "connection": cut})

        came = b""
        with (
            suppress(httpx.RemoteProtocolError),
            httpx.stream("GET", made["audio_url"], headers=headers, timeout=60) as answer,
        ):
            for piece in answer.iter_raw():
                came += piece

    assert answer.headers["content-length"] == str(len(content))
    assert came == (content[:100_000] if "truncate" in cut else content)


# Disks that are full, and what becomes of files


class Disk:
    """A folder that takes so many bytes in all."""

    def __init__(self, folder: Path, room: float = float("inf")) -> None:
        self.folder, self.room = folder, room

    def __call__(self) -> File:
        return FileOnDisk(self)

    @property
    def files(self) -> list[str]:
        return os.listdir(self.folder)


class FileOnDisk(NamedFile):
    def __init__(self, disk: Disk) -> None:
        super().__init__(disk.folder)
        self._disk = disk

    def write(self, data: bytes | bytearray) -> None:
        self._disk.room -= len(data)
        if self._disk.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(data)


PAD = b" " * 100_000  # of JSON, which is long by that
FORM_OF_PHRASE = (
    b'--b\r\nContent-Disposition: form-data; name="sourceLanguage"\r\n\r\nen\r\n'
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
)
FULL = [
    (
        "/aitronos/v1/audio/transcribe",
        "x_api_key",
        "application/json",
        b"{%s}" % PAD,
        {
            "success": False,
            "error": {
                "code": "SERVICE_UNAVAILABLE",
                "message": "The service is not available",
                "system_message": "The service cannot serve now",
                "type": "server_error",
                "status": 503,
                "details": {},
                "trace_id": "9f99b264-1ebb-4f3b-bf5b-ae49bbeb7d7b",
                "timestamp": "2026-01-05T09:00:00Z",
            },
        },
    ),
    (
        "/azure-speech/speechtotext/v3.1/transcriptions",
        "ocp_apim_subscription_key",
        "application/json",
        b"{%s}" % PAD,
        {
            "code": "ServiceUnavailable",
            "message": "The service is currently unavailable. Please try again later.",
        },
    ),
    (
        "/gladia/v2/upload",
        "x_gladia_key",
        FORM,
        BEGIN + PAD + END,
        {
            "timestamp": "2026-01-05T09:00:00.000Z",
            "path": "/v2/upload",
            "request_id": "G-9f99b264",
            "statusCode": 503,
            "message": "Service Unavailable",
        },
    ),
    (
        "/phrase-studio/v1/projects",
        "x_api_key",
        FORM,
        FORM_OF_PHRASE + PAD + END,
        {
            "success": False,
            "statusCode": 503,
            "message": "Service Unavailable",
            "timestamp": "2026-01-05T09:00:00.000Z",
        },
    ),
]


@pytest.mark.parametrize(("path", "header", "kind", "body", "said"), FULL)
@pytest.mark.parametrize("room", [0, 70_000], ids=["from the start", "on the way"])
def test_a_disk_that_is_full_is_said_in_the_providers_words_and_leaves_nothing(
    emulator: Emulator,
    tmp_path: Path,
    path: str,
    header: str,
    kind: str,
    body: bytes,
    said: dict[str, Any],
    room: int,
) -> None:
    disk = Disk(tmp_path, room)
    app = root_app(emulator, make_file=disk)

    answer = Client(app).ask(
        "POST", path, parts_of(body), content_type=kind, **{header: "test-long"}
    )

    tenant = emulator.tenants.get("test-long")
    assert tenant is not None
    [exchange] = tenant.journal
    assert answer.status == 503
    assert json.loads(answer.content) == said
    assert exchange.why == (
        "the service cannot serve now",
        "the body could not be stored: No space left on device",
    )
    assert exchange.violations == ()
    assert disk.files == []


def parts_of(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 1_000):
        yield body[start : start + 1_000]


def test_a_disk_that_is_full_is_said_by_the_admin_api(emulator: Emulator, tmp_path: Path) -> None:
    app = RootApp(emulator, Access(in_process=True), 10**9, Disk(tmp_path, 0))
    path = "/_emulator/tenants/test-a/scenario"

    answer = Client(app).ask(
        "PUT", path, parts_of(b"scenario: A" + PAD), content_type="application/yaml"
    )

    assert answer.status == 503
    assert json.loads(answer.content)["error"] == {
        "code": "unavailable",
        "message": "the server cannot serve now: "
        "the body could not be stored: No space left on device",
        "details": {},
    }


REFUSED = [
    (401, "/v2/upload", {}),
    (404, "/v2/nothing", {"x_gladia_key": "test-long"}),
    (400, "/v2/live", {"x_gladia_key": "test-long"}),
    (413, "/v2/upload", {"x_gladia_key": "test-long"}),
]


@pytest.mark.parametrize(("status", "path", "headers"), REFUSED)
def test_the_file_of_a_refused_upload_goes_with_the_answer(
    emulator: Emulator, tmp_path: Path, status: int, path: str, headers: dict[str, str]
) -> None:
    disk = Disk(tmp_path)
    most = 1_000_000 if status == 413 else 10**9
    app = root_app(emulator, max_body_bytes=most, make_file=disk)
    kind = "application/json" if status == 400 else FORM
    came: list[int] = []

    def body() -> Iterator[bytes]:
        yield from recording(5)
        came.append(len(disk.files))
        yield from [PIECE] * 50

    with uncollected():
        answer = Client(app).ask("POST", f"/gladia{path}", body(), content_type=kind, **headers)
        left = disk.files

    assert (answer.status, came, left) == (status, [1], [])


def test_the_files_of_a_tenant_go_with_it(
    emulator: Emulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "speech_emulator")  # whoever keeps what is logged keeps no file
    disk = Disk(tmp_path)
    app = root_app(emulator, make_file=disk)

    with uncollected():
        given = [upload(app) for _ in range(2)]
        assert [one.status for one in given] == [200, 200]
        assert len(disk.files) == 2

        emulator.tenants.close("test-long")
        assert disk.files == []


def test_a_file_that_cannot_be_read_is_the_machines_fault(
    emulator: Emulator, tmp_path: Path
) -> None:
    app = root_app(emulator, make_file=Unreadable)

    answer = upload(app)

    tenant = emulator.tenants.get("test-long")
    assert tenant is not None
    [exchange] = tenant.journal
    assert (answer.status, exchange.why) == (
        503,
        ("the service cannot serve now", "a file of this machine failed: Input/output error"),
    )


class Unreadable:
    def write(self, data: bytes | bytearray) -> None:
        """It can be written."""

    def read(self, start: int, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    def delete(self) -> None:
        """Nothing is there."""


@contextmanager
def uncollected() -> Iterator[None]:
    """What goes, goes by itself."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
