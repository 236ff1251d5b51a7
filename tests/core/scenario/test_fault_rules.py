"""The faults of a scenario, read and written."""

from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest
from msgspec.structs import replace

from emulator.core.faults.limits import KeyLimit, Rate
from emulator.core.faults.model import (
    Connection,
    Delay,
    Fault,
    FaultMatch,
    Kind,
    Lognormal,
    Reaction,
    ScriptedAnswer,
    Uniform,
)
from emulator.core.http.messages import to_json
from emulator.core.scenario.fault_rules import fault_to_yaml
from emulator.core.scenario.loader import json_schema, load
from emulator.core.scenario.model import KeyState
from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors
from emulator.core.scenario.schema.yaml_reader import parse
from tests.core.scenario.samples import VOCABULARIES, as_json

WORDS = {
    **VOCABULARIES,
    "gladia": replace(VOCABULARIES["gladia"], operations=("makeJob", "getJob")),
    "aitronos": replace(VOCABULARIES["aitronos"], operations=("make_job", "find_job")),
}
VALIDATOR = jsonschema_rs.validator_for(json_schema(WORDS))
UNAVAILABLE = (Reaction(ScriptedAnswer(503)),)


def faults(text: str) -> tuple[Fault, ...]:
    """Of a text that the schema accepts too."""
    source = f"faults: {text}"
    assert list(VALIDATOR.iter_errors(as_json(parse(source, Diagnostics("it"))))) == []
    return load(source, vocabularies=WORDS).faults


def reaction(text: str) -> Reaction:
    [fault] = faults(f"[{{{text}}}]")
    [step] = fault.sequence
    return step


def matched(text: str) -> FaultMatch:
    [fault] = faults(f"[{{when: {{{text}}}, answer: 503}}]")
    assert fault.sequence == UNAVAILABLE
    return fault.when


def refused(text: str) -> list[str]:
    with pytest.raises(ScenarioErrors) as errors:
        load(f"faults: {text}", name="it", vocabularies=WORDS)
    return list(errors.value.problems)


def test_without_a_when_it_is_for_every_request() -> None:
    assert faults("[answer: 503]") == (Fault(FaultMatch(), UNAVAILABLE, line=1),)


def test_a_fault_knows_its_line() -> None:
    assert [
        fault.line for fault in faults("\n  - {when: {call: 1}, answer: 503}\n  - answer: 500")
    ] == [
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("provider: gladia", FaultMatch(provider="gladia")),
        ("provider: '*_*'", FaultMatch(provider="*_*")),
        ("operation: getJob", FaultMatch(operation="getJob")),
        ("operation: '*Job'", FaultMatch(operation="*Job")),
        ("provider: gladia, operation: get*", FaultMatch(provider="gladia", operation="get*")),
        ("method: POST", FaultMatch(method="POST")),
        ("path: /v2/*", FaultMatch(path="/v2/*")),
        ("job: abc*", FaultMatch(job="abc*")),
        ("key: test-ann", FaultMatch(key="test-ann")),
        ("call: 2", FaultMatch(call=(2, 2))),
        ("call: 2..3", FaultMatch(call=(2, 3))),
        ("call: 2..", FaultMatch(call=(2, 10**9))),
        ("chance: 5%", FaultMatch(chance=0.05)),
        ("from: 10s, until: 1m", FaultMatch(since=10.0, until=60.0)),
        ("until: 2026-01-05T09:00:00Z", FaultMatch(until=datetime(2026, 1, 5, 9, tzinfo=UTC))),
        (
            "from: 2026-01-05T09:00:00Z, until: 2026-01-05T10:00:01+01:00",
            FaultMatch(
                since=datetime(2026, 1, 5, 9, tzinfo=UTC),
                until=datetime(2026, 1, 5, 9, 0, 1, tzinfo=UTC),
            ),
        ),
        (
            "from: 5, until: 2026-01-05T09:00:00Z",
            FaultMatch(since=5.0, until=datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ),
    ],
)
def test_each_way_to_choose_requests(text: str, match: FaultMatch) -> None:
    assert matched(text) == match


def test_where_the_operations_are_not_known_any_word_is_one() -> None:
    text = "faults: [{when: {operation: any}, answer: 503}]"

    [fault] = load(text, vocabularies=VOCABULARIES).faults

    assert fault.when == FaultMatch(operation="any")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("429", ScriptedAnswer(429)),
        ("{status: 429, retry_after: 1m}", ScriptedAnswer(429, retry_after_seconds=60.0)),
        ("{status: 200, body: ''}", ScriptedAnswer(200, "")),
        ("{status: 502, body: <html>}", ScriptedAnswer(502, "<html>")),
        (
            "{status: 500, body: {a: [1, 2.5, true, null, '1', yes]}}",
            ScriptedAnswer(500, {"a": [1, 2.5, True, None, "1", "yes"]}),
        ),
        (
            "{status: 302, headers: {Location: 'http://127.0.0.1/x', X-Empty: ''}}",
            ScriptedAnswer(302, headers={"Location": "http://127.0.0.1/x", "X-Empty": ""}),
        ),
    ],
)
def test_each_way_to_answer(text: str, answer: ScriptedAnswer) -> None:
    assert reaction(f"answer: {text}") == Reaction(answer)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("2s", Uniform(2, 2)),
        ("0.5", Uniform(0.5, 0.5)),
        ("100ms..2s", Uniform(0.1, 2)),
        ("{median: 80ms, p99: 900ms}", Lognormal(0.08, 0.9)),
    ],
)
def test_each_way_to_be_late(text: str, delay: Delay) -> None:
    assert reaction(f"delay: {text}") == Reaction(delay=delay)


@pytest.mark.parametrize(
    ("text", "connection"),
    [
        ("refuse", Connection(Kind.REFUSE)),
        ("reset", Connection(Kind.RESET)),
        ("garbage", Connection(Kind.GARBAGE, 64)),
        ("{garbage: 1kB}", Connection(Kind.GARBAGE, 1000)),
        ("{truncate: 200B}", Connection(Kind.TRUNCATE, 200)),
        ("{truncate: 0}", Connection(Kind.TRUNCATE, 0)),
        ("{drip: 100B/s}", Connection(Kind.DRIP, 100)),
        ("{drip: 5kB/s}", Connection(Kind.DRIP, 5000)),
        ("{drip: 7}", Connection(Kind.DRIP, 7)),
        ("{stall: 30s}", Connection(Kind.STALL, 30)),
    ],
)
def test_each_way_to_break_a_connection(text: str, connection: Connection) -> None:
    assert reaction(f"connection: {text}") == Reaction(connection=connection)


def test_several_things_can_happen_at_once() -> None:
    made = reaction("answer: 500, delay: 1s, connection: {truncate: 5B}")

    assert made == Reaction(ScriptedAnswer(500), Uniform(1, 1), Connection(Kind.TRUNCATE, 5))


def test_a_sequence_is_one_thing_after_another() -> None:
    [fault] = faults("[{sequence: [{answer: 503}, {connection: reset}, ok]}]")

    assert fault.sequence == (
        Reaction(ScriptedAnswer(503)),
        Reaction(connection=Connection(Kind.RESET)),
        Reaction(),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5", ['1:9: a list is wanted, not "5"']),
        (
            "[{}]",
            [
                "1:10: nothing happens here; one of these is wanted; "
                "allowed: answer, delay, connection"
            ],
        ),
        (
            "[{when: {call: 1}}]",
            [
                "1:10: nothing happens here; one of these is wanted; "
                "allowed: answer, delay, connection"
            ],
        ),
        ("[{sequence: []}]", ["1:21: 1 or more are wanted in this list"]),
        ("[{sequence: [okay]}]", ['1:22: unknown step "okay"; did you mean "ok"; allowed: ok']),
        (
            "[{sequence: [{}]}]",
            [
                "1:22: nothing happens here; one of these is wanted; "
                "allowed: answer, delay, connection"
            ],
        ),
        ("[{sequence: [ok], answer: 500}]", ['1:27: "sequence" and "answer" exclude each other']),
        (
            "[{answr: 500}]",
            [
                "1:10: nothing happens here; one of these is wanted; "
                "allowed: answer, delay, connection",
                '1:11: unknown key "answr"; did you mean "answer"; '
                "allowed: when, answer, delay, connection, sequence",
            ],
        ),
        ("[{answer: 600}]", ['1:19: "600" is out of bounds; allowed: 200..599']),
        ("[{answer: {body: x}}]", ['1:19: "status" is missing']),
        (
            "[{answer: {status: 500, body: }}]",
            ['1:39: a body is wanted, not nothing; an empty one is ""'],
        ),
        (
            "[{answer: {status: 500, headers: {content-length: 3}}}]",
            ['1:43: "content-length" is the connection\'s; see "connection: {truncate: 200B}"'],
        ),
        ("[{answer: {status: 500, headers: {'a b': 3}}}]", ['1:43: "a b" is not a header\'s name']),
        (
            '[{answer: {status: 500, headers: {a: "x\\ny"}}}]',
            ['1:46: "x\\ny" is not a header\'s value'],
        ),
        ("[{answer: {status: 500, headers: 5}}]", ['1:42: a mapping is wanted, not "5"']),
        ("[{delay: 2s..1s}]", ['1:18: "2s..1s" goes from more to less; did you mean "1s..2s"']),
        ("[{delay: {median: 1s}}]", ['1:18: "p99" is missing']),
        ("[{delay: {median: 2s, p99: 1s}}]", ['1:31: "p99" is less than the median']),
        (
            "[{connection: rst}]",
            [
                '1:23: unknown connection fault "rst"; did you mean "reset"; '
                "allowed: refuse, reset, garbage"
            ],
        ),
        ("[{connection: {}}]", ["1:23: 1 key is wanted here, not 0"]),
        ("[{connection: {stall: 1s, drip: 1B/s}}]", ["1:23: 1 key is wanted here, not 2"]),
        ("[{connection: {drip: fast}}]", ['1:30: "fast" is not a speed; allowed: 100B/s, 5kB/s']),
        (
            "[{connection: {drip: 0B/s}}]",
            ['1:30: "0B/s" is out of bounds; allowed: 1..1,000,000,000,000'],
        ),
        (
            "[{answer: 500, connection: reset}]",
            ['1:11: "answer" is never seen: "reset" lets none through'],
        ),
        (
            "[{when: {call: 0}, answer: 500}]",
            ['1:24: "0" is no number of calls; allowed: 2, 2..3, 2..'],
        ),
        (
            "[{when: {call: 3..2}, answer: 500}]",
            ['1:24: "3..2" goes from more to less; did you mean "2..3"'],
        ),
        ("[{when: {chance: 0%}, answer: 500}]", ["1:18: a chance of 0 never comes"]),
        (
            "[{when: {from: soon}, answer: 500}]",
            [
                '1:24: "soon" is not a moment; allowed: 5m since the start, or '
                "2026-01-05T09:00:00Z, 2026-01-05T10:00:00+01:00"
            ],
        ),
        ("[{when: {from: 2m, until: 1m}, answer: 500}]", ['1:28: "until" comes before "from"']),
        ("[{when: {until: 0s}, answer: 500}]", ['1:18: "until" comes before "from"']),
        (
            "[{when: {from: 2026-01-05T09:00:00Z, until: 2026-01-05T09:00:00Z}, answer: 500}]",
            ['1:46: "until" comes before "from"'],
        ),
        (
            "[{when: {provider: gladja}, answer: 500}]",
            [
                '1:28: unknown provider "gladja"; did you mean "gladia"; '
                "allowed: phrase_studio, gladia, azure_speech, aitronos"
            ],
        ),
        (
            "[{when: {operation: getJobb}, answer: 500}]",
            [
                '1:18: unknown operation "getJobb"; did you mean "getJob"; '
                "allowed: makeJob, getJob, make_job, find_job"
            ],
        ),
        (
            "[{when: {provider: gladia, operation: find_job}, answer: 500}]",
            ['1:36: unknown operation "find_job"; allowed: makeJob, getJob'],
        ),
        (
            "[{when: {method: FETCH}, answer: 500}]",
            [
                '1:26: unknown method "FETCH"; did you mean "PATCH"; '
                "allowed: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
            ],
        ),
        (
            "[answer: 500, {when: {key: a}, answer: 503}]",
            ["1:23: this fault never happens: the one in line 1 takes its requests"],
        ),
        (
            "[{when: {method: GET, chance: 100%}, answer: 500},"
            " {when: {method: GET, call: 2, provider: gladia}, answer: 503}]",
            ["1:60: this fault never happens: the one in line 1 takes its requests"],
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, said: list[str]) -> None:
    assert refused(text) == [f"it:{line}" for line in said]


@pytest.mark.parametrize(
    "text",
    [
        "[{when: {call: 1}, answer: 500}, answer: 503]",
        "[{when: {job: '*'}, answer: 500}, answer: 503]",
        "[{when: {from: 5s}, answer: 500}, {when: {until: 5s}, answer: 503}, answer: 502]",
        "[{when: {chance: 50%}, answer: 500}, answer: 503]",
        "[{when: {provider: gladia}, answer: 500}, {when: {provider: aitronos}, answer: 503}]",
    ],
)
def test_a_rule_that_leaves_something_lets_others_stand_behind_it(text: str) -> None:
    assert len(faults(text)) > 1


@pytest.mark.parametrize(
    "said",
    [
        {"answer": {"status": 503}},
        {
            "when": {
                "provider": "gladia",
                "operation": "getJob",
                "method": "GET",
                "path": "/v2/*",
                "job": "a",
                "key": "test-*",
                "call": 2,
                "chance": 0.05,
                "from": "10s",
                "until": "2026-01-05T09:00:00+00:00",
            },
            "answer": {
                "status": 502,
                "body": {"a": None},
                "headers": {"A": "b"},
                "retry_after": "90s",
            },
            "delay": "2s",
        },
        {"when": {"call": "2..3"}, "delay": "100ms..2s"},
        {"when": {"call": "2.."}, "delay": {"median": "80ms", "p99": "900ms"}},
        {"when": {"from": "12.916667s", "chance": 0.05}, "delay": "16.666667s"},
        {"when": {"chance": "0.000000001"}, "connection": "reset"},
        {"connection": "refuse"},
        {"connection": "reset"},
        {"connection": {"garbage": "64B"}},
        {"connection": {"truncate": "200B"}},
        {"connection": {"drip": "100B/s"}},
        {"connection": {"stall": "30s"}},
        {"sequence": ["ok"]},
        {"sequence": [{"answer": {"status": 503}}, {"connection": "reset"}, "ok"]},
    ],
)
def test_what_is_written_is_what_was_read(said: dict[str, Any]) -> None:
    [fault] = load(to_json({"faults": [said]}), vocabularies=WORDS).faults

    assert fault_to_yaml(fault) == said


def test_a_key_may_have_limits() -> None:
    scenario = load(
        "keys: {a: {rate: 5/s}, b: {rate: 100/m, concurrent_jobs: 2, state: expired}, c: ok,"
        " d: {}, e: {rate: 3/10s}, f: {rate: 2/1.5h}}"
    )

    assert scenario.keys == {
        **dict.fromkeys("acdef", KeyState.OK),
        "b": KeyState.EXPIRED,
    }
    assert scenario.limits == {
        "a": KeyLimit(Rate(5, 1)),
        "b": KeyLimit(Rate(100, 60), 2),
        "e": KeyLimit(Rate(3, 10)),
        "f": KeyLimit(Rate(2, 5400)),
    }
