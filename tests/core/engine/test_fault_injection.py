"""answer(): what faults and limits do to the life of a request."""

import httpx
import pytest

from emulator.application.scenario_sources import WORDS
from emulator.core.faults.engine import Effect
from emulator.core.faults.model import Connection, Kind, ScriptedAnswer
from emulator.core.http.messages import Response
from emulator.core.scenario.loader import read
from emulator.providers.gladia import GLADIA
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.providers.phrase_studio.build import FIELDS, FILES, form
from tests.support.clients import Bench, bench

PATH = "/v2/pre-recorded"
ORDER = {"audio_url": "https://example.com/a.wav"}
CUT = ["refuse", "reset", "garbage", "{stall: 1s}"]


def troubled(faults: str, *, key: str | None = "test-key") -> Bench:
    return bench(GLADIA, f"faults: {faults}", key=key)


def create(b: Bench) -> int:
    return b.http.post(PATH, json=ORDER).status_code


def jobs(b: Bench) -> int:
    return len(b.http.get(PATH).json()["items"])


def test_a_scripted_answer_takes_the_operations_place() -> None:
    b = troubled("[{when: {call: 1}, answer: 503}]")

    statuses = [create(b), create(b)]

    assert statuses == [503, 201]
    assert jobs(b) == 1
    refused, made, _ = b.tenant.journal
    assert refused.fault == Effect("scenario-1", ScriptedAnswer(503), line=1)
    assert refused.refused == "Unavailable"
    assert refused.request.content == ORDER
    assert refused.operation == made.operation == "PreRecordedController_initPreRecordedJob_v2"
    assert (made.fault, made.refused) == (None, None)


@pytest.mark.parametrize("connection", CUT)
def test_where_no_answer_comes_nothing_is_carried_out(connection: str) -> None:
    b = troubled(f"[{{when: {{call: 1}}, connection: {connection}}}]")

    with pytest.raises(Exception):  # noqa: B017, PT011 - which one is the transport's affair
        create(b)

    assert jobs(b) == 0
    [exchange, _] = b.tenant.journal
    assert exchange.response == Response(0)
    assert exchange.operation == "PreRecordedController_initPreRecordedJob_v2"
    assert exchange.fault is not None
    assert exchange.fault.is_unanswered
    assert (exchange.key, exchange.refused, exchange.violations) == ("test-key", None, ())


@pytest.mark.parametrize(
    ("connection", "kind"), [("{truncate: 0}", Kind.TRUNCATE), ("{drip: 1MB/s}", Kind.DRIP)]
)
def test_where_an_answer_begins_the_operation_is_carried_out(connection: str, kind: Kind) -> None:
    b = troubled(f"[{{when: {{call: 1}}, connection: {connection}}}]")

    with b.http.stream("POST", PATH, json=ORDER) as answer:
        assert answer.status_code == 201

    assert jobs(b) == 1
    [exchange, _] = b.tenant.journal
    assert exchange.fault is not None
    assert isinstance(exchange.fault.connection, Connection)
    assert exchange.fault.connection.kind is kind


def test_what_cannot_be_read_is_kept_as_it_came() -> None:
    b = troubled("[answer: 500]")

    answer = b.http.post(PATH, content=b"{no", headers={"Content-Type": "application/json"})

    assert answer.status_code == 500
    [exchange] = b.tenant.journal
    assert (exchange.request.body, exchange.request.content) == (b"{no", None)


def test_a_fault_can_be_for_one_job() -> None:
    b = bench(
        GLADIA,
        """
existing:
  - {provider: gladia, id: 11111111-1111-4111-8111-111111111111}
  - {provider: gladia, id: 22222222-2222-4222-8222-222222222222}
faults: [{when: {job: 2222*}, answer: 500}]
""",
    )

    statuses = [
        b.http.get(f"{PATH}/{id}").status_code
        for id in (
            "11111111-1111-4111-8111-111111111111",
            "22222222-2222-4222-8222-222222222222",
        )
    ]

    assert statuses == [200, 500]


def test_faults_are_for_requests_that_were_let_in() -> None:
    b = troubled("[answer: 500]")

    statuses = [
        b.http.get("/v2/nowhere").status_code,
        b.http.get(PATH, headers={"x-gladia-key": "unknown"}).status_code,
        b.http.get(PATH).status_code,
    ]

    assert statuses == [404, 401, 500]


def test_a_rate_is_kept_for_each_key_and_each_provider() -> None:
    b = bench(GLADIA, "keys: {test-key: {rate: 2/m}, test-other: {rate: 2/m}}")

    mine = [b.http.get(PATH).status_code for _ in range(3)]
    others = b.http.get(PATH, headers={"x-gladia-key": "test-other"}).status_code
    b.clock.advance(60)

    assert mine == [200, 200, 429]
    assert others == 200
    assert b.http.get(PATH).status_code == 200
    assert [one.refused for one in b.tenant.journal] == [None, None, "TooManyRequests", None]


def test_requests_that_show_no_key_are_not_counted() -> None:
    b = bench(GLADIA, "keys: {test-key: {rate: 1/m}}")

    healthy = [b.http.get("/health").status_code for _ in range(3)]

    assert healthy == [200] * 3
    assert b.http.get(PATH).status_code == 200


def test_only_so_many_jobs_go_on_at_once() -> None:
    b = bench(GLADIA, "keys: {test-key: {concurrent_jobs: 2}}")

    first = [create(b) for _ in range(3)]
    b.clock.advance(3)

    assert first == [201, 201, 429]
    assert create(b) == 201
    assert jobs(b) == 3


def test_jobs_that_are_there_already_count() -> None:
    scenario = """
keys: {test-key: {concurrent_jobs: 1}}
existing: [{provider: gladia, phase: processing}, {provider: gladia, phase: completed}]
"""

    assert create(bench(GLADIA, scenario)) == 429


def test_an_upload_that_was_refused_can_be_sent_again() -> None:
    b = bench(PHRASE_STUDIO, "keys: {test-key: {concurrent_jobs: 1}}")
    files = form(FIELDS, FILES[:1])

    def start() -> str:
        answer = b.http.post("/v1/projects", files=files, follow_redirects=False)
        assert answer.status_code == 307
        return answer.headers["location"]

    first, second = start(), start()
    sent = [b.http.post(url, files=files).status_code for url in (first, second, second)]
    b.clock.advance(60)

    assert sent == [200, 429, 429]
    assert b.http.post(second, files=files).status_code == 200


def test_the_flaky_story_has_trouble_of_every_kind_and_recovers() -> None:
    b = bench(GLADIA, read("flaky", WORDS))

    met = set[str]()
    for _ in range(200):
        for method in ("POST", "GET"):
            try:
                answer = b.http.request(method, PATH, json=ORDER if method == "POST" else None)
                met.add(str(answer.status_code))
            except httpx.TransportError as error:
                met.add(type(error).__name__)

    assert met == {"200", "201", "500", "503", "ReadError", "RemoteProtocolError"}


def test_the_throttled_story_has_a_key_for_each_limit() -> None:
    b = bench(GLADIA, read("throttled", WORDS))

    def listed(key: str, times: int) -> list[int]:
        headers = {"x-gladia-key": key}
        return [b.http.get(PATH, headers=headers).status_code for _ in range(times)]

    def made(key: str, times: int) -> list[int]:
        headers = {"x-gladia-key": key}
        return [b.http.post(PATH, json=ORDER, headers=headers).status_code for _ in range(times)]

    assert listed("test-slow", 6) == [200] * 5 + [429]
    assert made("test-busy", 3) == [201, 201, 429]
    assert made("test-both", 2) == [201, 429]
    assert listed("test-both", 60)[-2:] == [429, 429]
    assert listed("test-free", 100) + made("test-free", 10) == [200] * 100 + [201] * 10
