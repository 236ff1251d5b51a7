"""Where the audio and the messages of live sessions are, and when they are gone."""

import errno
import gc
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from emulator.core.http.bodies import File, NamedFile, SpoolFiles
from emulator.core.provider.conversation import Close, Reply, Send
from emulator.core.webhooks.model import PlannedEvent
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.live.webhooks import announce
from emulator.providers.gladia.records import Transcription
from tests.providers.gladia.live.test_socket import STOP, init, job, join, knock
from tests.support.clients import Bench, bench

CHUNK = bytes(range(256)) * 125  # a second of the usual sound
CALLBACK: dict[str, Any] = {
    "callback": True,
    "callback_config": {"url": "https://example.com/live"},
}


class Disk:
    """Named files in a folder, which take so many bytes together."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder = folder
        self.room = room

    def __call__(self) -> File:
        return OnDisk(self, NamedFile(self._folder))


class OnDisk:
    def __init__(self, disk: Disk, file: NamedFile) -> None:
        self._disk = disk
        self._file = file
        self.read = file.read
        self.delete = file.delete

    def write(self, data: bytes | bytearray) -> None:
        self._disk.room -= len(data)
        if self._disk.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._file.write(data)


def of_folder(folder: Path) -> Bench:
    return bench(GLADIA, make_file=SpoolFiles(folder, most_open=0))


def test_ten_minutes_of_audio_are_in_a_file(tmp_path: Path) -> None:
    b = of_folder(tmp_path)
    begun = init(b)
    dialogue = join(b, begun["url"])
    dialogue.receive(CHUNK)

    tracemalloc.start()
    for _ in range(600):
        dialogue.receive(CHUNK)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    dialogue.close(1000)

    assert held < 1_000_000
    assert len(os.listdir(tmp_path)) == 2  # the audio, and the messages
    answer = b.http.get(f"/v2/live/{begun['id']}/file")
    assert answer.content[44:] == CHUNK * 601


def test_all_messages_are_in_the_result_however_many_there_are(tmp_path: Path) -> None:
    b = of_folder(tmp_path)
    begun = init(b)
    dialogue = join(b, begun["url"])

    sent = [message for frame in [b"12"] * 500 for message in dialogue.receive(frame).messages]
    sent += dialogue.receive(STOP).messages
    dialogue.close(1000)

    assert job(b, begun["id"])["result"]["messages"] == [one.text for one in sent]
    assert len(sent) == 503
    assert len(os.listdir(tmp_path)) == 1


def test_a_message_is_written_once_for_all_who_get_it() -> None:
    b = bench(GLADIA)
    config = {"url": "https://example.com/live", "receive_acknowledgments": True}
    begun = init(b, callback=True, callback_config=config)
    dialogue = join(b, begun["url"])

    dialogue.receive(CHUNK)
    [said] = dialogue.receive(CHUNK[:2]).messages

    record = b.tenant.backend(GLADIA).store.get(Transcription, begun["id"])
    assert record.recording is not None
    assert said.body is not None
    assert said.text == said.body.decode() == record.recording.messages()[-1]
    assert said.body == record.recording.callback(4)
    *_, sent = (*b.tenant.outbox.due(b.clock.now()), *b.tenant.outbox.log)
    assert sent.message.body == (
        b'{"id":"%b","event":"live.audio_chunk","payload":%b}' % (begun["id"].encode(), said.body)
    )


def test_the_files_of_a_deleted_session_go_with_it(tmp_path: Path) -> None:
    b = of_folder(tmp_path)
    begun = init(b)
    dialogue = join(b, begun["url"])
    for _ in range(400):
        dialogue.receive(CHUNK)
    dialogue.receive(STOP)
    dialogue.close(1000)
    path = f"/v2/live/{begun['id']}"
    b.http.get(path)
    b.http.get(f"{path}/file")
    assert len(os.listdir(tmp_path)) == 2

    gc.disable()
    try:
        assert b.http.delete(path).status_code == 202
        assert os.listdir(tmp_path) == []
    finally:
        gc.enable()


@pytest.mark.parametrize("begin_afresh", [True, False])
def test_the_files_of_a_closed_tenant_go_with_it(tmp_path: Path, begin_afresh: bool) -> None:
    b = of_folder(tmp_path)
    tenants, tenant = b.emulator.tenants, b.tenant
    begun = init(b)
    dialogue = join(b, begun["url"])
    for _ in range(3):
        dialogue.receive(CHUNK)
    b.http.get(f"/v2/live/{begun['id']}/file")
    assert len(os.listdir(tmp_path)) == 1

    gc.disable()
    try:
        if begin_afresh:
            tenants.reset(tenant)
        else:
            tenants.close(tenant.key)
        assert dialogue.wake().close == Close(1012, "the tenant began afresh")
        dialogue.close(1012)
        del dialogue, b, tenant
        assert os.listdir(tmp_path) == []
    finally:
        gc.enable()


@pytest.mark.parametrize("room", [0, 40_000, 100_000])
def test_a_session_that_there_is_no_room_for_fails(tmp_path: Path, room: int) -> None:
    b = bench(GLADIA, make_file=Disk(tmp_path, room))
    begun = init(b)
    dialogue = join(b, begun["url"])

    reply = Reply()
    for _ in range(5):
        reply = reply if reply.close else dialogue.receive(CHUNK)

    error = {
        "session_id": begun["id"],
        "created_at": "2026-01-05T09:00:00.000Z",
        "type": "error",
        "data": {
            "code": "internal_error",
            "message": "the session could not be stored: No space left on device",
        },
    }
    assert reply == Reply((Send(error, "LiveErrorMessage"),), Close(4400, "the session failed"))
    dialogue.close(4400)
    assert job(b, begun["id"])["status"] == "error"
    assert b.http.get(f"/v2/live/{begun['id']}/file").status_code == 404
    assert knock(b, begun["url"])[1] is None
    assert os.listdir(tmp_path) == []


def test_whoever_wants_no_errors_is_told_of_none(tmp_path: Path) -> None:
    b = bench(GLADIA, make_file=Disk(tmp_path, 0))
    begun = init(b, messages_config={"receive_errors": False})
    dialogue = join(b, begun["url"])

    replies = [dialogue.receive(CHUNK) for _ in range(3)]

    assert replies[-1] == Reply((), Close(4400, "the session failed"))


def test_a_message_that_is_gone_or_cannot_be_read_is_not_sent(tmp_path: Path) -> None:
    b = of_folder(tmp_path)
    begun = init(b, **CALLBACK)
    backend = b.tenant.backend(GLADIA)
    moment = PlannedEvent(b.clock.now(), "gladia", begun["id"], "live.message 1")
    tape = backend.store.get(Transcription, begun["id"]).recording
    assert tape is not None
    assert len(list(announce(moment, backend))) == 1

    tape.add_callback(bytes(100_000))
    [name] = os.listdir(tmp_path)
    (tmp_path / name).rename(tmp_path / "elsewhere")
    assert list(announce(moment, backend)) == []
    (tmp_path / "elsewhere").rename(tmp_path / name)

    tape.discard()
    assert list(announce(moment, backend)) == []


def test_a_tape_that_a_scenario_has_begun_goes_on() -> None:
    tape = SessionRecording(silence_bytes=2, messages=("a",))

    tape.record(b"")
    tape.record(b"bc")
    tape.add_message(b"d")

    assert (tape.size, tape.audio_bytes, tape.message_count) == (4, 2, 2)
    assert (tape.audio(), tape.messages()) == (b"\0\0bc", ["a", "d"])
    tape.discard()
    assert (tape.size, tape.message_count, tape.audio(), tape.messages()) == (
        *(2, 1, b"\0\0", ["a"]),
    )


def test_a_session_has_no_file_before_it_is_long(tmp_path: Path) -> None:
    b = of_folder(tmp_path)
    begun = init(b)
    join(b, begun["url"]).receive(CHUNK)

    session = b.tenant.backend(GLADIA).store.get(Session, begun["id"])
    assert (session.received, os.listdir(tmp_path)) == (32_000, [])
