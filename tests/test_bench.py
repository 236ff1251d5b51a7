"""The parts of the benchmark work; how fast anything is, is no test's business."""

import json
from datetime import date
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from bench import canned, dynamo, fixture, foreign, wrk
from bench.__main__ import parsed
from bench.bare import application
from bench.compare import Result, Start, Unlike, checked, missed
from bench.environments import REQUIRED, make_environment, plugin_names, required_distributions
from bench.findings import Findings, Machine
from bench.foreign import ForeignRound
from bench.growth import CURVES, Grown
from bench.inside import Inside, Refused, Timed, middle
from bench.lists import LISTS, account, entries
from bench.load import Load, is_whole, load, summed
from bench.messages import Answer, Message
from bench.payload import JOB, SCENARIO, Payload, taken
from bench.points import CURVES as POINTS
from bench.report import report
from bench.servers import BARE, EMULATOR, OTHERS, PEERS, PLAIN, Server
from bench.soak import soaked
from bench.spread import Spread, quantile, ratio
from bench.targets import lines
from emulator import run
from emulator.interfaces.serving.server_thread import ServerThread

PAYLOAD = Payload("/v2/pre-recorded/1", b'{"id":"1"}', b'{"items":[]}', b'{"id":"2"}', b'{"a":1}')


def test_a_message_is_spelled_as_http() -> None:
    message = Message("POST", "/jobs?limit=1", {"X-Key": "test-a"}, b"{}")

    assert message.wire == (
        b"POST /jobs?limit=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Key: test-a\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    )


@pytest.mark.parametrize(
    ("held", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Len", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_when_its_last_byte_is_there(held: bytes, whole: bool) -> None:
    assert is_whole(bytearray(held)) is whole


def test_figures_are_shown_with_their_spread() -> None:
    assert Spread.of([3.0, 1.0, 1200.0]).shown() == "3 (1..1,200)"
    assert Spread.of([2.0, 2.0]).shown(1) == "2.0"


def test_ratios_are_taken_round_by_round() -> None:
    assert ratio([8.0, 30.0, 10.0], [2.0, 10.0, 1.0]) == Spread(4.0, 3.0, 10.0)


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(one) for one in range(100, 0, -1)]

    assert [quantile(values, share) for share in (0.5, 0.99, 1.0)] == [51.0, 100.0, 100.0]


def test_a_load_is_summed_up() -> None:
    assert summed([0.001, 0.003, 0.002], 1.5, 1) == Load(3, 1.5, 2.0, 3.0, 1)
    assert summed([], 1.5, 0) == Load(0, 1.5, 0.0, 0.0, 0)
    assert Load(3, 1.5, 2.0, 3.0, 1).rate == 2.0


def test_what_wrk_says_is_read() -> None:
    said = "Running 1s test\n  1 threads\nRESULT 15000 1010000 1020 2500 0\nRequests/sec: 1\n"

    assert wrk.parsed(said) == Load(15000, 1.01, 1.02, 2.5, 0)


def test_wrk_is_told_what_to_ask() -> None:
    told = wrk.script(Message("POST", "/", {"X-Key": "test-a"}, b'{"a": "]]"}'))

    assert "wrk.method = [==[POST]==]" in told
    assert 'wrk.body = [==[{"a": "]]"}]==]' in told
    assert "wrk.headers[ [==[X-Key]==] ] = [==[test-a]==]" in told


def test_the_generator_counts_whole_answers() -> None:
    with ServerThread(application(canned.bare(PAYLOAD, 0))) as server:
        for message in PAYLOAD.messages().values():
            done = load(server.port, message, connections=2, seconds=30, most=4)

            assert (done.requests >= 4, done.failed) == (True, 0)
        lost = load(server.port, Message("GET", "/no"), connections=1, seconds=30, most=1)
        assert (lost.requests, lost.failed) == (1, 1)


def test_all_that_the_emulator_is_asked_is_answered() -> None:
    with run(SCENARIO, clock="wall") as speech:
        port = int(speech.url.rpartition(":")[2])
        payload = taken(port, "/gladia")

        asked = checked(EMULATOR, port, payload)
        sizes = {name: round(len(body) / 1000) for name, body in payload_bodies(payload).items()}

    assert set(asked) == {"a", "b", "c"}
    assert sizes == {"job": 6, "page": 123, "asked": 1}
    assert [other.method for other in OTHERS] == ["GET", "GET", "GET"]


def payload_bodies(payload: Payload) -> dict[str, bytes]:
    return {"job": payload.job, "page": payload.page, "asked": payload.asked}


@pytest.mark.parametrize("server", PEERS, ids=lambda one: one.name)
def test_every_peer_knows_its_workloads_and_its_command(server: Server, tmp_path: Path) -> None:
    file = server.prepared(tmp_path, PAYLOAD, 4999)

    assert set(server.asks(PAYLOAD)) == {"a", "b", "c"}
    told = " ".join(server.command(4999, file)) + (file.read_text() if server.file else "")
    assert "4999" in told


@pytest.mark.parametrize("file", [canned.mockoon, canned.mountebank, canned.wiremock])
def test_canned_answers_are_the_payload(file: object) -> None:
    assert callable(file)
    written = json.dumps(file(PAYLOAD, 4999))

    for _, path, status, body in PAYLOAD.answers():
        assert path.removeprefix("/") in written
        assert str(status) in written
        assert json.dumps(body.decode()) in written


def test_the_definition_for_peers_is_valid_with_its_examples() -> None:
    definition = canned.openapi(PAYLOAD, 0)

    validate(definition)
    get = definition["paths"]["/v2/pre-recorded/{id}"]["get"]
    assert get["responses"]["200"]["content"]["application/json"]["example"] == {"id": "1"}


def test_moto_is_asked_for_items_of_the_same_sizes() -> None:
    asked = dynamo.messages(PAYLOAD)["c"]

    assert asked.headers["X-Amz-Target"] == "DynamoDB_20120810.PutItem"
    assert json.loads(asked.body)["Item"]["body"] == {"S": '{"a":1}'}


def test_a_large_account_takes_several_entries() -> None:
    assert entries("gladia", 2_000_001, "x: y").count("count: 1000000") == 2
    assert entries("gladia", 2_000_001, "x: y").count("count: 1,") == 1


@pytest.mark.parametrize("provider", LISTS)
def test_every_list_is_asked_in_its_own_words(provider: str) -> None:
    inside, listing = Inside(account(provider, 30)), LISTS[provider]

    failed = [json.loads(listing.ask(inside, 0, more).answer.body) for more in by_status(provider)]

    assert [len(rows(one)) for one in failed] == [3]
    assert len(rows(json.loads(listing.ask(inside, 20).answer.body))) == 10


def by_status(provider: str) -> list[str]:
    return [more for name, more in LISTS[provider].filters.items() if name == "by status"]


def rows(page: dict[str, object]) -> list[object]:
    """The jobs of a page, whatever the provider calls them."""
    inner = page["data"] if isinstance(page.get("data"), dict) else page
    assert isinstance(inner, dict)
    return next(one for one in inner.values() if isinstance(one, list))


def test_a_refusal_inside_is_not_timed() -> None:
    with pytest.raises(Refused, match="401"):
        Inside(SCENARIO).get("/gladia/v2/pre-recorded", "nobody")


def test_the_middle_of_some_calls_is_in_microseconds() -> None:
    timed = iter([0.001, 0.2, 0.3, 99.0])

    found = middle(lambda _: Timed(Answer(200, b""), next(timed)))

    assert found == 200_000
    assert next(timed) == 99.0  # it was enough


def test_a_peer_that_fails_is_left_out_and_the_emulator_is_not() -> None:
    lost: dict[str, str] = {}

    with missed(BARE, lost, needed=False):
        raise Unlike("it is not what it was")
    with pytest.raises(Unlike), missed(EMULATOR, lost, needed=True):
        raise Unlike("it is not what it was")

    assert lost == {"bare Starlette on uvicorn": "it is not what it was"}


def test_every_curve_has_its_points() -> None:
    assert [curve.name for curve in CURVES] == list(POINTS)


@pytest.mark.parametrize("curve", ["clock", "journal", "rules", "tenants", "minutes"])
def test_a_point_is_measured(curve: str) -> None:
    assert all(isinstance(value, float) for value in POINTS[curve](1).values())


def findings(**changes: object) -> Findings:
    ours, bare, plain = Result(EMULATOR, "1"), Result(BARE, "2"), Result(PLAIN, "1")
    plain.starts.append(Start(0.2, 0.25, 0.1))
    for result, rate, cpu in ((ours, 200, 50.0), (bare, 100, 200.0)):
        result.loads[JOB, 16] = [Load(rate, 1.0, 1.0, 2.0, 0)]
        result.cpu_us[JOB, 16] = [cpu]
        result.starts.append(Start(0.4, 0.4, 0.1))
    known: dict[str, object] = {
        "day": date(2026, 1, 5),
        "machine": Machine(2, "A processor", "3.11", "Linux", 0.1),
        "generator": "wrk",
        "seconds": 1.0,
        "payload": PAYLOAD,
        "results": [ours, bare],
        "plain": plain,
        "left_out": ["WireMock (no java)"],
        "grown": [Grown(CURVES[0], {10**3: {"first page": 50.0}}, {10**6: "not within 1 s"})],
        "titles": {"a": "one finished job", "b": "a page", "c": "create"},
    }
    return Findings(**{**known, **changes})  # type: ignore[arg-type]


def test_targets_say_what_was_reached_and_what_was_not_measured() -> None:
    told = {line.what: line for line in lines(findings())}

    start = told["spawn to the first valid answers of all four providers"]
    assert (start.reached, start.good) == ("250 ms", True)
    beside = told["a: requests/s beside starlette"]
    assert (beside.reached, beside.good) == ("2.00 x; by processor time 4.00 x", True)
    assert told["stretch: a: requests/s beside starlette"].shown == "**no**"
    assert told["a: requests/s beside prism"].shown == "-"
    assert told["list, first page: 1,000,000 jobs beside 1,000"].reached == "not measured"


def test_a_target_that_was_measured_in_rounds_says_how_far_they_lie_apart() -> None:
    told = {line.what: line for line in lines(findings(share_ms=[0.9, 0.4, 0.6]))}

    share = told["a test's share of the fixture"]
    assert (share.wanted, share.reached, share.good) == ("<= 1 ms", "0.60 (0.40..0.90) ms", True)


def test_a_foreign_run_is_judged_by_what_the_package_adds_to_anyio() -> None:
    runs = [
        ForeignRound(300.0, 500.0, 512.0),
        ForeignRound(160.0, 360.0, 365.0),
        ForeignRound(170.0, 350.0, 380.0),
    ]
    told = {line.what: line for line in lines(findings(foreign_rounds=runs))}

    cost = told["a run of pytest that uses nothing of the package, beside one with anyio's plugin"]
    assert (cost.wanted, cost.reached, cost.good) == (
        "<= 20 ms more",
        "12 (5..30) ms more than 360 ms; pytest alone 170 ms",
        True,
    )


def test_no_pytest_plugin_comes_with_the_package_but_anyios() -> None:
    assert plugin_names(required_distributions(REQUIRED).values()) == {"anyio"}


def test_an_environment_has_what_is_required_and_what_that_requires() -> None:
    plain = set(required_distributions(["uvicorn", "nobody; python_version < '3'"]))

    assert plain >= {"uvicorn", "click", "h11"}
    assert "nobody" not in plain
    assert "trustme" not in required_distributions(["speech-emulator"])
    assert "trustme" in required_distributions(["speech-emulator", "speech-emulator[tls]"])


def test_a_foreign_run_takes_time_where_the_package_is_and_where_it_is_not(tmp_path: Path) -> None:
    alone, package = tmp_path / "alone", tmp_path / "package"
    make_environment(alone, ["pytest"], package=False)
    make_environment(package, ["pytest", *REQUIRED], package=True)

    assert foreign.collection_ms(alone) > 0
    assert foreign.collection_ms(package) > 0
    assert not list(alone.glob("emulator"))
    [record] = package.glob("speech_emulator-*.dist-info/RECORD")
    assert "emulator/interfaces/testing/pytest_plugin.py,,\n" in record.read_text()
    [names] = package.glob("speech_emulator-*.dist-info/entry_points.txt")
    assert "speech_emulator = emulator.interfaces.testing.pytest_plugin" in names.read_text()


def test_a_foreign_run_takes_nothing_of_the_shells_settings(tmp_path: Path) -> None:
    shell = {"PATH": "/bin", "PYTEST_ADDOPTS": "-x", "PYTHONPATH": "/a", "COVERAGE_RUN": "1"}

    assert foreign.variables(shell, tmp_path) == {"PATH": "/bin", "PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize(
    ("seconds", "count"), [(0.1, fixture.MOST), (5.0, 6), (6.0, 5), (60.0, fixture.LEAST)]
)
def test_there_are_as_many_rounds_as_there_is_time_for(seconds: float, count: int) -> None:
    passed = []

    def measure() -> float:
        passed.append(seconds)
        return float(len(passed))

    found = fixture.rounds(measure, clock=lambda: sum(passed))

    assert found == [float(number) for number in range(1, count + 1)]


def test_a_run_of_pytest_with_the_fixture_takes_time_and_must_pass() -> None:
    assert fixture.cpu_seconds(2, fixture.WITH) > 0

    with pytest.raises(RuntimeError, match="pytest ended with 1"):
        fixture.cpu_seconds(1, "nobody_knows")


def test_the_report_has_every_table() -> None:
    text = report(findings(), 10_000)

    assert "Written by `make bench` on 2026-01-05. 2 cores (A processor)" in text
    assert "load average before the run 0.1.\n" in text
    assert "| bare Starlette on uvicorn | 100 | 2.00 x |" in text
    assert "| Speech Emulator | 1.00 / 2.00 | 50 |" in text
    assert "| Speech Emulator without a scenario | 0.20; all four 0.25 | 0.10 | - | - |" in text
    assert "| first page, us | 50 | - |" in text
    assert "1,000,000: not within 1 s." in text
    assert "Left out: WireMock (no java); `make bench-peers` installs them." in text


def test_the_report_says_when_the_machine_was_busy() -> None:
    busy = Machine(2, "A processor", "3.11", "Linux", 1.5)

    assert "run 1.5. Others were using it, too" in report(findings(machine=busy), 10_000)


def test_a_word_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert parsed(["--only", "a,c", "--peers", "prism"]).only == ("a", "c")
    with pytest.raises(SystemExit):
        parsed(["--peers", "prims"])
    assert "'prims' is none of starlette, prism" in capsys.readouterr().err


def test_a_soak_goes_through_all_providers_and_closes_its_keys() -> None:
    levels = list(soaked(400, 2, rest_seconds=0))

    assert [level.what for level in levels] == [
        *("before", "after 100", "after 200", "after 300", "after 400"),
        "keys closed",
    ]
    assert all(level.resident_mb > 10 for level in levels)
