"""Options: a flag beats a variable, and a bad value says which of the two it was."""

import pytest

from emulator.interfaces.serving.options import (
    OPTIONS,
    BadOption,
    resolve_options,
    unknown_variables,
)

USUAL = {
    "host": "127.0.0.1",
    "port": 4788,
    "scenario": None,
    "seed": None,
    "public_url": None,
    "trust_forwarded": False,
    "requests": "fail",
    "answers": "warn",
    "engine": "fast",
    "max_body": 1_000_000_000,
    "max_tenants": 10_000,
    "journal_bytes": 256_000_000,
    "tls": False,
    "log_format": "text",
    "log_level": "info",
    "watch": False,
    "ready_file": None,
    "admin_token": None,
    "open_admin": False,
    "webhook_allow": (),
    "webhook_rewrite": {},
}

GOOD = [
    ("host", "0.0.0.0", "0.0.0.0"),
    ("port", "0", 0),
    ("scenario", "slow", "slow"),
    ("seed", "7", 7),
    ("public-url", "https://speech.test/base/", "https://speech.test/base"),
    ("trust-forwarded", "yes", True),
    ("requests", "off", "off"),
    ("answers", "fail", "fail"),
    ("engine", "openapi-core", "openapi-core"),
    ("max-body", "5MB", 5_000_000),
    ("max-tenants", "3", 3),
    ("journal-bytes", "1MB", 1_000_000),
    ("admin-token", "s3cret", "s3cret"),
    ("open-admin", "yes", True),
    ("webhook-allow", "*.Example.com, a.test,", ("*.example.com", "a.test")),
    (
        "webhook-rewrite",
        "localhost=Host.test, a.test=::1",
        {"localhost": "host.test", "a.test": "::1"},
    ),
    ("tls", "1", True),
    ("log-format", "json", "json"),
    ("log-level", "debug", "debug"),
    ("watch", "no", False),
    ("ready-file", "ready", "ready"),
]

BAD = [
    ("host", "", "--host: it is empty"),
    ("port", "65536", '--port: "65536" is no whole number from 0 to 65535'),
    ("port", "http", '--port: "http" is no whole number from 0 to 65535'),
    ("scenario", "", "--scenario: it is empty"),
    ("seed", "-1", '--seed: "-1" is no whole number from 0 to 9223372036854775807'),
    ("public-url", "speech.test", '--public-url: "speech.test" is no http or https address'),
    ("trust-forwarded", "maybe", '--trust-forwarded: "maybe" is neither yes nor no'),
    ("requests", "loud", '--requests: "loud" is none of: fail, warn, off'),
    ("requests", "wran", '--requests: "wran" is none of: fail, warn, off; did you mean "warn"'),
    ("answers", "no", '--answers: "no" is none of: fail, warn, off'),
    ("engine", "slow", '--engine: "slow" is none of: fast, openapi-core'),
    ("max-body", "5 miles", '--max-body: "5 miles" is no size such as 200B, 5MB or 1GB'),
    (
        "journal-bytes",
        "some",
        '--journal-bytes: "some" is no size such as 200B, 5MB or 1GB',
    ),
    ("max-body", "5TB", '--max-body: "5TB" is no size such as 200B, 5MB or 1GB'),
    ("max-tenants", "0", '--max-tenants: "0" is no whole number from 1 to 1000000'),
    ("admin-token", "", "--admin-token: it is empty"),
    ("open-admin", "perhaps", '--open-admin: "perhaps" is neither yes nor no'),
    (
        "webhook-allow",
        "http://a.test/",
        '--webhook-allow: "http://a.test/" is no host such as hooks.example.com or *.example.com',
    ),
    (
        "webhook-rewrite",
        "localhost",
        '--webhook-rewrite: "localhost" is not of the form HOST=HOST,... (no ports)',
    ),
    ("tls", "perhaps", '--tls: "perhaps" is neither yes nor no'),
    ("log-format", "xml", '--log-format: "xml" is none of: text, json'),
    ("log-level", "loud", '--log-level: "loud" is none of: debug, info, warning, error'),
    ("watch", "now", '--watch: "now" is neither yes nor no'),
    ("ready-file", "", "--ready-file: it is empty"),
]


def key(name: str) -> str:
    return name.replace("-", "_")


def test_nothing_said_is_the_usual() -> None:
    settings = resolve_options({}, {})

    assert settings == USUAL


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_flag_is_read(name: str, text: str, value: object) -> None:
    settings = resolve_options({key(name): text}, {})

    assert settings == USUAL | {key(name): value}


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_variable_is_read(name: str, text: str, value: object) -> None:
    settings = resolve_options({}, {f"SPEECH_EMULATOR_{key(name).upper()}": text})

    assert settings == USUAL | {key(name): value}


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_bad_flag_is_named(name: str, text: str, message: str) -> None:
    with pytest.raises(BadOption) as refusal:
        resolve_options({key(name): text}, {})

    assert str(refusal.value) == message


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_bad_variable_is_named(name: str, text: str, message: str) -> None:
    variable = f"SPEECH_EMULATOR_{key(name).upper()}"

    with pytest.raises(BadOption) as refusal:
        resolve_options({}, {variable: text})

    assert str(refusal.value) == message.replace(f"--{name}", variable, 1)


def test_every_option_has_a_good_and_a_bad_case() -> None:
    names = {option.name for option in OPTIONS}

    assert {row[0] for row in GOOD} == names
    assert {row[0] for row in BAD} == names


def test_a_flag_beats_a_variable() -> None:
    settings = resolve_options({"port": "1"}, {"SPEECH_EMULATOR_PORT": "nonsense"})

    assert settings["port"] == 1


def test_a_variable_that_nobody_reads_comes_with_a_suggestion() -> None:
    found = unknown_variables(
        {
            "SPEECH_EMULATOR_PROT": "1",
            "SPEECH_EMULATOR_ZZZ": "1",
            "SPEECH_EMULATOR_URL": "http://127.0.0.1:5",
            "SPEECH_EMULATOR_TLS": "1",
            "ANOTHER": "1",
        }
    )

    assert found == [
        "nobody reads the variable SPEECH_EMULATOR_PROT; did you mean SPEECH_EMULATOR_PORT",
        "nobody reads the variable SPEECH_EMULATOR_ZZZ",
    ]


def test_what_a_cluster_sets_for_a_service_of_our_name_is_passed_over() -> None:
    links = {
        "SPEECH_EMULATOR_SERVICE_HOST": "10.0.0.1",
        "SPEECH_EMULATOR_SERVICE_PORT_HTTP": "4788",
        "SPEECH_EMULATOR_PORT": "tcp://10.0.0.1:4788",
        "SPEECH_EMULATOR_PORT_4788_TCP_ADDR": "10.0.0.1",
    }

    assert resolve_options({}, links) == USUAL
    assert unknown_variables(links) == []
