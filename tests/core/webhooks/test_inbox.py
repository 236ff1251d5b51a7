from datetime import UTC, datetime

import pytest

from emulator.core.webhooks.inbox import (
    MOST_BYTES,
    MOST_INBOXES,
    MOST_MESSAGES,
    Inbox,
    Inboxes,
    InboxFull,
    ReceivedMessage,
)

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)


def put(inbox: Inbox, body: bytes = b"", *, answers: tuple[int, ...] = (200,)) -> ReceivedMessage:
    return inbox.receive(T0, "POST", {}, (), body, answers=answers)


def test_a_message_is_kept_as_it_came() -> None:
    inbox = Inbox()

    message = inbox.receive(T0, "PUT", {"a": "b"}, (("c", "d"),), b'{"e": 1}')

    assert message == ReceivedMessage(1, T0, "PUT", {"a": "b"}, (("c", "d"),), b'{"e": 1}', 200)
    assert inbox.messages == (message,)
    assert message.text == '{"e": 1}'
    assert message.json() == {"e": 1}


def test_bytes_that_are_no_text_can_be_read_all_the_same() -> None:
    assert ReceivedMessage(1, T0, "POST", body=b"a\xff").text == "a�"


def test_a_body_that_is_no_json_says_so() -> None:
    with pytest.raises(ValueError, match="unexpected end"):
        ReceivedMessage(1, T0, "POST", body=b"{").json()


def test_the_nth_message_gets_the_nth_answer_and_later_ones_the_last() -> None:
    inbox = Inbox()

    assert [put(inbox, answers=(500, 503, 200)).status for _ in range(4)] == [500, 503, 200, 200]


def test_only_the_last_messages_are_kept() -> None:
    inbox = Inbox()

    for _ in range(MOST_MESSAGES + 1):
        put(inbox)

    assert inbox.count == MOST_MESSAGES + 1
    assert [message.number for message in inbox.messages] == list(range(2, MOST_MESSAGES + 2))


def test_a_message_that_is_too_large_is_refused() -> None:
    inbox = Inbox()

    with pytest.raises(InboxFull, match="up to 1,048,576 bytes"):
        put(inbox, bytes(MOST_BYTES + 1))
    assert inbox.messages == ()


def test_an_emptied_inbox_begins_again() -> None:
    inbox = Inbox()
    put(inbox)

    inbox.clear()

    assert inbox.messages == ()
    assert put(inbox, answers=(500, 200)).status == 500


def test_a_listener_is_called_until_it_stops() -> None:
    inbox = Inbox()
    seen: list[int] = []
    stop = inbox.listen(lambda: seen.append(inbox.count))
    put(inbox)

    stop()
    put(inbox)

    assert seen == [1]


def test_an_inbox_that_is_asked_for_is_there() -> None:
    inboxes = Inboxes()

    assert inboxes.inbox("a") is inboxes.inbox("a")
    assert inboxes.inbox("a") is not inboxes.inbox("b")


def test_there_are_not_too_many_inboxes() -> None:
    inboxes = Inboxes()
    for number in range(MOST_INBOXES):
        inboxes.inbox(str(number))

    with pytest.raises(InboxFull, match="up to 100 inboxes"):
        inboxes.inbox("one more")
    assert inboxes.inbox("0") is not None
