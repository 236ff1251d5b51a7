"""Which jobs Gladia's lists show."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from emulator.core.contract.request_reader import DEEPEST
from emulator.core.state.jobs import Phase, Step
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.filters import contains, metadata, moment
from emulator.providers.gladia.records import Kind
from tests.providers.gladia.jobs import T0, create, record
from tests.support.clients import Bench, bench


def names(b: Bench, query: str, path: str = "/v2/pre-recorded") -> list[str]:
    answer = b.http.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    return [one["file"]["filename"] for one in answer.json()["items"]]


def put(b: Bench, *records: Any) -> None:
    for one in records:
        b.tenant.backend(GLADIA).store.put(one)


# Pages


def test_an_empty_list_has_three_addresses() -> None:
    b = bench(GLADIA)

    answer = b.http.get("/v2/pre-recorded")

    assert answer.json() == {
        "first": f"{b.url}/v2/pre-recorded?offset=0&limit=20",
        "current": f"{b.url}/v2/pre-recorded?offset=0&limit=20",
        "next": None,
        "items": [],
    }


def test_pages_follow_each_other_newest_first() -> None:
    b = bench(GLADIA)
    put(b, *(record(str(i), made_at=T0 - timedelta(minutes=i)) for i in (3, 1, 4, 2, 5)))
    url = f"{b.url}/v2/transcription?date=2026-01-01&custom_metadata%5Bn%5D=%C3%A9&offset=2&limit=2"

    pages = [b.http.get("/v2/transcription?limit=2").json()]
    while pages[-1]["next"]:
        pages.append(b.http.get(pages[-1]["next"]).json())

    assert [[one["file"]["filename"] for one in page["items"]] for page in pages] == [
        ["1", "2"],
        ["3", "4"],
        ["5"],
    ]
    assert pages[1]["first"] == f"{b.url}/v2/transcription?offset=0&limit=2"
    assert pages[1]["current"] == f"{b.url}/v2/transcription?offset=2&limit=2"
    assert pages[1]["next"] == f"{b.url}/v2/transcription?offset=4&limit=2"
    assert b.http.get(url).json()["current"] == url


def test_filters_stand_before_the_page_in_its_addresses() -> None:
    b = bench(GLADIA)
    put(b, *(record(str(i)) for i in range(3)))
    b.clock.advance(3)

    body = b.http.get("/v2/pre-recorded?limit=1&status=done&offset=1&status=error&date=").json()

    assert body["next"] == f"{b.url}/v2/pre-recorded?status=done&status=error&offset=2&limit=1"


def test_a_page_beyond_the_end_is_empty() -> None:
    b = bench(GLADIA)
    create(b)

    body = b.http.get("/v2/pre-recorded?offset=7").json()

    assert (body["items"], body["next"]) == ([], None)


# Filters


def test_the_official_command_line_clients_empty_parameters_filter_nothing() -> None:
    b = bench(GLADIA)
    create(b)

    query = "offset=0&limit=20&date=&before_date=&after_date=&status=&kind=&custom_metadata="

    assert names(b, query, "/v2/transcription") == ["board.mp3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=queued", ["queued"]),
        ("status=done&status=error", ["done", "error"]),
        ("status[]=processing", ["processing"]),
        ("status=done&status=done", ["done"]),
        ("", ["queued", "processing", "done", "error"]),
    ],
)
def test_jobs_are_found_by_their_status(query: str, found: list[str]) -> None:
    b = bench(GLADIA)
    queued, begun = Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING)
    put(
        b,
        record("queued", made_at=T0, timeline=(queued,)),
        record("processing", made_at=T0 - timedelta(1), timeline=(queued, begun)),
        record("done", made_at=T0 - timedelta(2)),
        record("error", made_at=T0 - timedelta(3), timeline=(queued, Step(1, Phase.FAILED))),
    )

    assert names(b, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("date=2026-01-04", ["c", "b"]),
        ("date=2026-01-04T23:00:00%2B02:00", ["c", "b"]),
        ("date=2026-01-05T01:00:00%2B02:00", ["c", "b"]),
        ("date=9999-12-31", []),
        ("before_date=2026-01-04", ["a"]),
        ("before_date=2026-01-04T23:59:59.999Z", ["b", "a"]),
        ("after_date=2026-01-04", ["d", "c"]),
        ("after_date=2026-01-04T00:00:00Z", ["d", "c"]),
        ("after_date=2026-01-03&before_date=2026-01-04T12:00", ["b", "a"]),
        ("date=2026-01-04&after_date=2026-01-04T12:00:00.000Z", ["c"]),
    ],
)
def test_jobs_are_found_by_when_they_were_made(query: str, found: list[str]) -> None:
    b = bench(GLADIA)
    put(
        b,
        record("a", made_at=datetime.fromisoformat("2026-01-03T23:59:59.999Z")),
        record("b", made_at=datetime.fromisoformat("2026-01-04T00:00:00Z")),
        record("c", made_at=datetime.fromisoformat("2026-01-04T23:59:59.999Z")),
        record("d", made_at=datetime.fromisoformat("2026-01-05T00:00:00Z")),
    )

    assert names(b, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("custom_metadata[user]=Ann", ["a"]),
        ('custom_metadata={"user":"Ann"}', ["a"]),
        ("custom_metadata[n]=5", ["b", "a"]),
        ('custom_metadata={"n":"5"}', ["b", "a"]),
        ('custom_metadata={"n":5}', ["b", "a"]),
        ("custom_metadata[deep][er]=true", ["b"]),
        ('custom_metadata={"deep":{"er":true}}', ["b"]),
        ("custom_metadata[user]=Ann&custom_metadata[n]=6", []),
        ("custom_metadata[nobody]=Ann", []),
        ("custom_metadata={}", ["c", "b", "a"]),
    ],
)
def test_jobs_are_found_by_their_metadata_in_both_spellings(query: str, found: list[str]) -> None:
    b = bench(GLADIA)
    put(
        b,
        record("a", made_at=T0, custom_metadata={"user": "Ann", "n": 5}),
        record("b", made_at=T0 + timedelta(1), custom_metadata={"n": 5, "deep": {"er": True}}),
        record("c", made_at=T0 + timedelta(2)),
    )

    assert names(b, query) == found


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("/v2/pre-recorded", "", ["recorded"]),
        ("/v2/pre-recorded", "kind=live", ["recorded"]),
        ("/v2/transcription", "", ["live", "recorded"]),
        ("/v2/transcription", "kind=live", ["live"]),
        ("/v2/transcription", "kind=pre-recorded", ["recorded"]),
        ("/v2/transcription", "kind=pre-recorded&kind=live", ["live", "recorded"]),
    ],
)
def test_jobs_are_found_by_their_kind(path: str, query: str, found: list[str]) -> None:
    b = bench(GLADIA)
    put(
        b,
        record("recorded", made_at=T0),
        record("live", made_at=T0 + timedelta(1), kind=Kind.LIVE),
    )

    assert names(b, query, path) == found


def test_a_live_job_is_no_pre_recorded_one() -> None:
    b = bench(GLADIA)
    live = record(kind=Kind.LIVE)
    put(b, live)

    assert b.http.get(f"/v2/pre-recorded/{live.id}").status_code == 404
    assert b.http.get(f"/v2/transcription/{live.id}").status_code == 200


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=0", "limit must not be less than 1"),
        ("limit=many", "limit must be an integer number"),
        ("limit=1.5", "limit must be an integer number"),
        ("limit=1&limit=2", "limit must be an integer number"),
        ("offset=-1", "offset must not be less than 0"),
        ("date=2026-02-30", "date must be a valid ISO 8601 date string"),
        ("date=yesterday", "date must be a valid ISO 8601 date string"),
        ("date=2026-01-01&date=2026-01-02", "date must be a valid ISO 8601 date string"),
        ("after_date=01/02/2026", "after_date must be a valid ISO 8601 date string"),
        (
            "before_date=0001-01-01T00:00:00%2B05:00",
            "before_date must be a valid ISO 8601 date string",
        ),
        (
            "status=finished",
            "status must only contain the following values: queued, processing, done, error",
        ),
        ("kind=video", "kind must only contain the following values: pre-recorded, live"),
        ("custom_metadata=Ann", "custom_metadata must be an object"),
        ("custom_metadata=[1]", "custom_metadata must be an object"),
    ],
)
def test_a_filter_that_makes_no_sense_is_400(query: str, error: str) -> None:
    b = bench(GLADIA)

    answer = b.http.get(f"/v2/transcription?{query}")

    assert (answer.status_code, answer.json()["validation_errors"]) == (400, [error])


def test_a_parameter_that_nobody_knows_is_noted_and_ignored() -> None:
    b = bench(GLADIA)
    create(b)

    assert names(b, "order=asc&q=%FF") == ["board.mp3"]
    assert list(b.tenant.journal)[-1].notes == (
        "undocumented query parameter 'order' ignored",
        "undocumented query parameter 'q' ignored",
    )


# Their parts


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ((), None),
        ((("custom_metadata", ""),), None),
        ((("custom_metadata[a]", ""),), None),
        ((("custom_metadata[a]", "1"), ("limit", "2")), {"a": "1"}),
        ((("custom_metadata[a]", "1"), ("custom_metadata[a][b]", "2")), {"a": {"b": "2"}}),
        (
            (("custom_metadata[a][b]", "1"), ("custom_metadata[a][c]", "2")),
            {"a": {"b": "1", "c": "2"}},
        ),
        ((("custom_metadata", "{"),), "{"),
    ],
)
def test_the_metadata_looked_for_are_read(query: tuple[tuple[str, str], ...], found: Any) -> None:
    assert metadata(query) == found


@pytest.mark.parametrize(
    ("given", "wanted", "held"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": None}, {"a": "null"}, True),
        ({"a": [1, "x"]}, {"a": [1, "x"]}, True),
        ({"a": [1, "x"]}, {"a": '[1,"x"]'}, True),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": "1"}}, True),
        ({"a": "b"}, {"a": {"b": "1"}}, False),
        ({"a": "Ann"}, {"a": "ann"}, False),
    ],
)
def test_metadata_hold_what_is_wanted_in_any_type(given: Any, wanted: Any, held: bool) -> None:
    assert contains(given, wanted) is held


def test_a_moment_without_a_zone_is_utc() -> None:
    found = moment("date", {"date": "2026-01-05 09:00"})

    assert (found, moment("date", {})) == (T0, None)


@pytest.mark.parametrize("levels", [DEEPEST, DEEPEST + 1, 20_000])
def test_metadata_are_looked_for_as_deep_as_they_may_be(levels: int) -> None:
    deep = ((f"custom_metadata{'[a]' * levels}", "1"),)
    written = (("custom_metadata", '{"a":' * levels + "1" + "}" * levels),)

    found = [isinstance(metadata(one), dict) for one in (deep, written)]

    assert found == [levels <= DEEPEST] * 2
