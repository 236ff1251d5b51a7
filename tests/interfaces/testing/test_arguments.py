"""The options of the Python API: what they take, and what is said of anything else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import emulator
from emulator.core.scenario.model import Scenario
from emulator.interfaces.serving.options import BadOption
from emulator.interfaces.testing.arguments import CHECKS, check_options

GOOD: list[tuple[str, object, object]] = [
    ("scenario", None, None),
    ("scenario", "slow", "slow"),
    ("scenario", Path("slow.yaml"), Path("slow.yaml")),
    ("scenario", Scenario(), Scenario()),
    ("clock", "manual", "manual"),
    ("requests", "warn", "warn"),
    ("answers", "off", "off"),
    ("public_url", None, None),
    ("public_url", "https://speech.test/base/", "https://speech.test/base"),
    ("trust_forwarded", True, True),
    ("webhook_allow", ["*.Example.com", "a.test"], ("*.example.com", "a.test")),
    ("webhook_rewrite", {"Localhost": "host.test"}, {"localhost": "host.test"}),
    ("host", "::1", "::1"),
    ("port", 65535, 65535),
    ("max_body_bytes", 10_000_000_000, 10_000_000_000),
    ("admin_token", "s3cret", "s3cret"),
    ("open_admin", False, False),
]

BAD: list[tuple[str, object, str]] = [
    ("scenario", 3, "a path, the name of a built-in scenario, or YAML as a text is wanted, not 3"),
    ("clock", "fast", '"fast" is none of: wall, step, manual'),
    ("clock", "manuel", '"manuel" is none of: wall, step, manual; did you mean "manual"'),
    ("clock", True, "a text is wanted, not True"),
    ("requests", "strict", '"strict" is none of: fail, warn, off'),
    ("answers", "wran", '"wran" is none of: fail, warn, off; did you mean "warn"'),
    ("public_url", "speech.test", '"speech.test" is no http or https address'),
    ("trust_forwarded", "no", "True or False is wanted, not 'no'"),
    (
        "webhook_allow",
        "a.test",
        "a list of hosts, as [\"hooks.example.com\"], is wanted, not 'a.test'",
    ),
    ("webhook_allow", 3, 'a list of hosts, as ["hooks.example.com"], is wanted, not 3'),
    ("webhook_allow", [None], "a text is wanted, not None"),
    (
        "webhook_allow",
        ["http://a"],
        '"http://a" is no host such as hooks.example.com or *.example.com',
    ),
    (
        "webhook_rewrite",
        "a=b",
        'a mapping of hosts, as {"localhost": "host.docker.internal"}, is wanted, not \'a=b\'',
    ),
    ("webhook_rewrite", {"a": 80}, "a mapping of hosts to hosts is wanted, not {'a': 80}"),
    ("webhook_rewrite", {"a": "b:80x"}, '"a=b:80x" is not of the form HOST=HOST,... (no ports)'),
    ("host", "", "it is empty"),
    ("host", None, "a text is wanted, not None"),
    ("port", 70000, "70000 is no whole number from 0 to 65535"),
    ("port", "80", "a whole number is wanted, not '80'"),
    ("port", True, "a whole number is wanted, not True"),
    ("max_body_bytes", -1, "-1 is no whole number from 0 up"),
    ("max_body_bytes", 1.5, "a whole number is wanted, not 1.5"),
    ("admin_token", "", "it is empty"),
    ("open_admin", 1, "True or False is wanted, not 1"),
]


@pytest.mark.parametrize(("name", "given", "value"), GOOD)
def test_an_option_is_taken(name: str, given: object, value: object) -> None:
    assert check_options({name: given}) == {name: value}


@pytest.mark.parametrize(("name", "given", "message"), BAD)
def test_an_option_that_is_wrong_is_named(name: str, given: object, message: str) -> None:
    with pytest.raises(BadOption) as refusal:
        check_options({name: given})

    assert str(refusal.value) == f"{name}: {message}"


def test_every_option_has_a_good_and_a_bad_case() -> None:
    assert {row[0] for row in GOOD} == {row[0] for row in BAD} == set(CHECKS)


def test_a_long_value_is_cut_short() -> None:
    with pytest.raises(BadOption) as refusal:
        check_options({"port": "9" * 1000})

    assert len(str(refusal.value)) < 120


FUNCTIONS: list[Callable[..., Any]] = [emulator.run, emulator.app, emulator.transport]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_checks_its_options(function: Callable[..., Any]) -> None:
    with pytest.raises(BadOption, match='requests: "strict" is none of'):
        function(requests="strict")
    with pytest.raises(BadOption, match="scenario: a path"):
        function({"seed": 7})


@pytest.mark.parametrize("function", [emulator.run, emulator.app])
def test_what_two_functions_have_is_checked_in_both(function: Callable[..., Any]) -> None:
    with pytest.raises(BadOption, match="max_body_bytes: a whole number"):
        function(max_body_bytes="1GB")
    with pytest.raises(BadOption, match="open_admin: True or False"):
        function(open_admin="no")


def test_where_to_listen_is_checked_before_anything_is_bound() -> None:
    with pytest.raises(BadOption, match="port: 70000 is no whole number from 0 to 65535"):
        emulator.run(port=70000)


@pytest.mark.parametrize(
    ("function", "given", "message"),
    [
        ("run", "strict", 'run() has no option "strict"; options: scenario, host, port, '),
        ("run", "clokc", 'run() has no option "clokc"; did you mean "clock"; options: '),
        ("app", "port", 'app() has no option "port"; options: scenario, max_body_bytes, '),
        (
            "transport",
            "max_body_bytes",
            'transport() has no option "max_body_bytes"; options: scenario, clock, requests, '
            "answers, public_url, trust_forwarded, webhook_allow, webhook_rewrite",
        ),
    ],
)
def test_an_option_that_there_is_not_is_a_type_error(
    function: str, given: str, message: str
) -> None:
    with pytest.raises(TypeError) as refusal:
        getattr(emulator, function)(**{given: "no"})

    assert str(refusal.value).startswith(message)
