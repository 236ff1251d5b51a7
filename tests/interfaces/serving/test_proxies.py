"""The variables that lead clients through a proxy, and past it."""

import os
import subprocess
import sys

import pytest

from emulator.interfaces.serving.proxies import (
    exempt_host,
    exempting_variables,
    proxy_for,
    proxy_variables,
)

HOST = "127.0.0.1"
PROXY = {"HTTP_PROXY": "http://proxy.test:3128"}


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, ()),
        (PROXY, ("HTTP_PROXY",)),
        ({"all_proxy": "socks5://p", "https_proxy": "http://p"}, ("all_proxy", "https_proxy")),
        ({"HTTP_PROXY": "", "NO_PROXY": "a", "FTP_PROXY": "http://p", "PROXY": "p"}, ()),
    ],
)
def test_the_variables_that_name_a_proxy_are_found(
    environment: dict[str, str], found: tuple[str, ...]
) -> None:
    assert proxy_variables(environment) == found


@pytest.mark.parametrize(
    ("exempt", "host", "is_caught"),
    [
        ({}, HOST, True),
        ({"NO_PROXY": "localhost, .corp.test"}, HOST, True),
        ({"NO_PROXY": "localhost, 127.0.0.1"}, HOST, False),
        ({"no_proxy": "*"}, HOST, False),
        ({"no_proxy": ".corp.test"}, "stt.corp.test", False),
        ({"no_proxy": "corp.test"}, "stt.corp.test", False),
        ({"no_proxy": "corp.test"}, "notcorp.test", True),
        ({"NO_PROXY": "127.0.0.1", "no_proxy": "localhost"}, HOST, True),
    ],
)
def test_a_host_is_caught_unless_it_is_exempt(
    exempt: dict[str, str], host: str, is_caught: bool
) -> None:
    assert proxy_for(host, {**PROXY, **exempt}) == (("HTTP_PROXY",) if is_caught else ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, (HOST, HOST)),
        ({"NO_PROXY": "a"}, ("a,127.0.0.1", "a,127.0.0.1")),
        ({"no_proxy": "b"}, ("b,127.0.0.1", "b,127.0.0.1")),
        ({"NO_PROXY": "a", "no_proxy": "b"}, ("a,127.0.0.1", "b,127.0.0.1")),
    ],
)
def test_what_was_exempt_stays_so_for_clients_that_read_one_spelling(
    before: dict[str, str], after: tuple[str, str]
) -> None:
    assert exempting_variables(HOST, before) == dict(
        zip(("NO_PROXY", "no_proxy"), after, strict=True)
    )


def test_without_a_proxy_nothing_is_changed() -> None:
    environment = {"PATH": "/bin"}

    with exempt_host(HOST, environment):
        assert environment == {"PATH": "/bin"}

    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize(
    "before", [{}, {"NO_PROXY": "a"}, {"NO_PROXY": "", "no_proxy": "127.0.0.1"}]
)
def test_a_bypass_is_there_for_the_duration(before: dict[str, str]) -> None:
    environment = {**PROXY, **before}

    with exempt_host(HOST, environment):
        assert proxy_for(HOST, environment) == ()

    assert environment == {**PROXY, **before}


def test_a_bypass_ends_with_an_error_too() -> None:
    environment = dict(PROXY)

    with pytest.raises(KeyError), exempt_host(HOST, environment):
        raise KeyError

    assert environment == PROXY


def test_of_two_that_overlap_the_first_may_end_first() -> None:
    environment = dict(PROXY)
    first, second = exempt_host(HOST, environment), exempt_host(HOST, environment)
    first.__enter__()
    second.__enter__()

    first.__exit__(None, None, None)
    between = proxy_for(HOST, environment)
    second.__exit__(None, None, None)

    assert between == ()
    assert environment == PROXY


def test_what_others_change_meanwhile_stays() -> None:
    environment = {**PROXY, "no_proxy": "a"}

    with exempt_host(HOST, environment):
        environment["NO_PROXY"] = "b"
        environment["no_proxy"] += ",c"

    assert environment == {**PROXY, "NO_PROXY": "b", "no_proxy": "a,c"}


def test_what_others_take_away_meanwhile_stays_away() -> None:
    environment = {**PROXY, "no_proxy": "a"}

    with exempt_host(HOST, environment):
        del environment["NO_PROXY"], environment["no_proxy"]

    assert environment == PROXY


PROGRAM = """
import os, httpx, emulator

def exempt():
    return os.environ.get("NO_PROXY"), os.environ.get("no_proxy")

with emulator.run() as speech:
    print(exempt(), httpx.get(speech.gladia.url + "/health").status_code)
print(exempt())
"""


def test_the_clients_of_run_find_it_past_a_proxy() -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }

    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment | {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "a.test"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert result.stdout.splitlines() == [
        "('a.test,127.0.0.1', 'a.test,127.0.0.1') 200",
        "('a.test', None)",
    ], result.stderr
