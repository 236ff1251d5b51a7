import pytest

from emulator.interfaces.webhooks.own_inboxes import base_urls, inbox_path

BASES = frozenset({"http://127.0.0.1:4788", "https://speech.test/emulator"})


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", {"https://127.0.0.1:8443"}),
        ("::1", {"https://[::1]:8443"}),
        ("0.0.0.0", {"https://127.0.0.1:8443", "https://localhost:8443"}),
        ("::", {"https://127.0.0.1:8443", "https://[::1]:8443", "https://localhost:8443"}),
        ("localhost", {"https://127.0.0.1:8443", "https://[::1]:8443", "https://localhost:8443"}),
    ],
)
def test_a_server_is_reached_at_its_own_addresses(host: str, expected: set[str]) -> None:
    assert base_urls("https", host, 8443) == expected


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (
            "http://127.0.0.1:4788/_emulator/inbox/key/a?answers=500",
            "/_emulator/inbox/key/a?answers=500",
        ),
        ("https://speech.test/emulator/_emulator/inbox/key/a", "/_emulator/inbox/key/a"),
        ("https://127.0.0.1:4788/_emulator/inbox/key/a", None),
        ("http://127.0.0.1:47881/_emulator/inbox/key/a", None),
        ("http://127.0.0.1:4788/gladia/v2/live", None),
        ("https://speech.test/_emulator/inbox/key/a", None),
    ],
)
def test_an_own_inbox_is_recognized_by_its_address(url: str, place: str | None) -> None:
    assert inbox_path(url, BASES) == place
