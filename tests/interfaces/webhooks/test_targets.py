import asyncio
from collections.abc import Callable

import pytest

from emulator.interfaces.webhooks.targets import (
    BadTarget,
    Target,
    TargetPolicy,
    Unresolved,
    resolve_host,
)


def find(url: str, targets: TargetPolicy | None = None) -> Target:
    return asyncio.run((targets or TargetPolicy()).find(url))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.8.8",
        "[::1]",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "localhost",
    ],
)
def test_this_machine_and_its_networks_are_near(host: str) -> None:
    assert find(f"http://{host}:8000/hook?a=b").url == f"http://{host}:8000/hook?a=b"


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "172.32.0.1",
        "192.169.0.1",
        "169.254.169.254",
        "[2001:4860::1]",
        "[::ffff:8.8.8.8]",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "[fe80::1]",
        "[2002:a00:1::]",  # 6to4 of 10.0.0.1
        "[64:ff9b::a00:1]",  # NAT64 of it
    ],
)
def test_everything_else_is_far(host: str) -> None:
    with pytest.raises(BadTarget, match="outside this machine and its private networks"):
        find(f"http://{host}/hook")


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(BadTarget) as refusal:
        find("https://8.8.8.8/hook")

    assert str(refusal.value) == (
        "8.8.8.8 is outside this machine and its private networks (8.8.8.8); "
        "allow it with --webhook-allow 8.8.8.8"
    )


def test_a_host_that_is_allowed_may_be_anywhere_and_is_not_even_looked_up() -> None:
    targets = TargetPolicy(allow=("*.example.com",))

    assert find("https://Hooks.Example.com/a", targets).host == "hooks.example.com"


def test_a_host_may_stand_for_another() -> None:
    targets = TargetPolicy(rewrite={"localhost": "127.0.0.9"})

    target = find("http://localhost:8000/hook", targets)

    assert target == Target(
        "http://127.0.0.9:8000/hook", "127.0.0.9", "localhost:8000", ("127.0.0.9",)
    )


def test_the_addresses_that_were_checked_are_kept() -> None:
    assert find("http://[::1]:8000/").addresses == ("::1",)
    assert "127.0.0.1" in find("http://localhost:8000/").addresses
    assert find("http://8.8.8.8/", TargetPolicy(allow=("8.8.*",))).addresses == ()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.test/x", "https://[::1]/x"),
        ("https://a.test:8443/x?y=z", "https://[::1]:8443/x?y=z"),
        ("https://ann:pw@a.test/x", "https://ann:pw@[::1]/x"),
    ],
)
def test_the_rest_of_an_address_stays(url: str, expected: str) -> None:
    assert TargetPolicy(rewrite={"a.test": "::1"}).rewrite_url(url).url == expected


def test_the_rules_are_for_the_host_that_is_really_meant() -> None:
    with pytest.raises(BadTarget):
        find("http://localhost/", TargetPolicy(rewrite={"localhost": "8.8.8.8"}))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://127.0.0.1/x", "ftp://127.0.0.1/x is no http or https address"),
        ("http:///x", "http:///x is no http or https address"),
        ("nonsense", "nonsense is no http or https address"),
        ("http://127.0.0.1:99999/x", "http://127.0.0.1:99999/x is no address: Port out of range"),
        (
            "http://127.0.0.1/\nx",
            "'http://127.0.0.1/\\nx' is no address: it has a non-printable character",
        ),
        ("http://[::1/x", "http://[::1/x is no address: Invalid IPv6 URL"),
    ],
)
def test_what_is_no_address_is_refused(url: str, said: str) -> None:
    with pytest.raises(BadTarget) as refusal:
        find(url)

    assert str(refusal.value).startswith(said)


@pytest.mark.parametrize("host", ["nobody.invalid", "a" * 70 + ".invalid"])
def test_a_host_that_cannot_be_found_is_another_matter(host: str) -> None:
    with pytest.raises(Unresolved, match="cannot be found"):
        find(f"http://{host}/")


def test_a_host_that_nobody_waits_for_any_more_is_not_looked_up() -> None:
    begun: list[Callable[[], None]] = []
    future = resolve_host("host.invalid", begun.append)

    assert future.cancel()
    begun[0]()

    assert future.cancelled()
