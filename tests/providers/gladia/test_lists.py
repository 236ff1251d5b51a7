"""Gladia's lists over both kinds of jobs: every filter with every other, page by page."""

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Any

import pytest

from emulator.core.state.jobs import Phase, Step, Timeline
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.records import Kind
from tests.providers.gladia.jobs import record
from tests.support.clients import Bench, bench

QUEUED: Timeline = (Step(0, Phase.QUEUED),)
FAILED: Timeline = (*QUEUED, Step(1, Phase.FAILED))
DONE: Timeline = (*QUEUED, Step(1, Phase.COMPLETED))
ANN, BEN = {"user": "Ann", "n": 5}, {"user": "Ben", "n": 5}
Job = tuple[str, str, Timeline, Any, Kind]
JOBS: tuple[Job, ...] = (  # the newest first
    ("a", "2026-01-05T08:00:00Z", QUEUED, ANN, Kind.LIVE),
    ("b", "2026-01-05T07:00:00Z", QUEUED, None, Kind.PRE_RECORDED),
    ("c", "2026-01-05T07:00:00Z", DONE, ANN, Kind.PRE_RECORDED),
    ("d", "2026-01-04T23:00:00Z", DONE, BEN, Kind.LIVE),
    ("e", "2026-01-04T12:00:00Z", DONE, ANN, Kind.PRE_RECORDED),
    ("f", "2026-01-04T11:00:00Z", FAILED, BEN, Kind.PRE_RECORDED),
    ("g", "2026-01-03T23:00:00Z", FAILED, ANN, Kind.LIVE),
    ("h", "2026-01-03T22:00:00Z", DONE, ANN, Kind.PRE_RECORDED),
)
PRE_RECORDED, LIVE, EVERYTHING = "bcefh", "adg", "abcdefgh"
Filter = Mapping[str, str]  # from what is written to the jobs that it finds
STATUSES: Filter = {
    "": EVERYTHING,
    "status=done": "cdeh",
    "status=queued&status=error": "abfg",
}
DAYS: Filter = {
    "": EVERYTHING,
    "date=2026-01-04": "def",
    "after_date=2026-01-03T22:30:00.000Z&before_date=2026-01-05": "defg",
    "date=2026-01-04&before_date=2026-01-04T12:00:00Z": "f",
}
METADATA: Filter = {
    "": EVERYTHING,
    "custom_metadata[user]=Ann": "acegh",
    'custom_metadata={"user":"Ben","n":"5"}': "df",
}
KINDS: Filter = {
    "": EVERYTHING,
    "kind=live": LIVE,
    "kind=pre-recorded&kind=live": EVERYTHING,
}


def full() -> Bench:
    """All jobs, put in an order that is not theirs, but for those of the same moment."""
    b = bench(GLADIA)
    for name, made_at, timeline, metadata, kind in sorted(JOBS, reverse=True):
        made = datetime.fromisoformat(made_at)
        one = record(name, made_at=made, timeline=timeline, custom_metadata=metadata, kind=kind)
        b.tenant.backend(GLADIA).store.put(one)
    return b


def page(b: Bench, url: str) -> Any:
    answer = b.http.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(body: Any) -> str:
    return "".join(one["file"]["filename"] for one in body["items"])


def walked(b: Bench, url: str) -> list[str]:
    pages = [page(b, url)]
    while pages[-1]["next"] is not None:
        pages.append(page(b, pages[-1]["next"]))
    assert {one["first"] for one in pages} == {pages[0]["current"]}
    assert [one["next"] for one in pages[:-1]] == [one["current"] for one in pages[1:]]
    return [names(one) for one in pages]


@pytest.mark.parametrize(
    ("path", "kinds", "shown"),
    [
        ("/v2/pre-recorded", {"": EVERYTHING}, PRE_RECORDED),
        ("/v2/live", {"": EVERYTHING}, LIVE),
        ("/v2/transcription", KINDS, EVERYTHING),
        ("/v1/history", KINDS, EVERYTHING),
    ],
)
def test_every_filter_goes_with_every_other(path: str, kinds: Filter, shown: str) -> None:
    b = full()

    for parts in product(STATUSES.items(), DAYS.items(), METADATA.items(), kinds.items()):
        query = "&".join(written for written, _ in parts if written)
        wanted = [one for one in shown if all(one in found for _, found in parts)]
        pages = ["".join(wanted[i : i + 2]) for i in range(0, len(wanted), 2)] or [""]

        assert walked(b, f"{path}?{query}&limit=2") == pages, query


@pytest.mark.parametrize("path", ["/v2/pre-recorded", "/v2/live", "/v2/transcription"])
def test_the_addresses_of_a_page_are_on_the_path_that_was_called(path: str) -> None:
    b = full()

    body = page(b, f"{path}/?offset=1&custom_metadata[user]=Ann&status=&limit=1")

    kept = f"{b.url}{path}?custom_metadata%5Buser%5D=Ann"
    assert body["first"] == f"{kept}&offset=0&limit=1"
    assert body["current"] == f"{kept}&offset=1&limit=1"
    assert body["next"] in (f"{kept}&offset=2&limit=1", None)


def test_a_page_that_was_asked_for_before_has_the_address_that_it_is_asked_for_at() -> None:
    b = full()
    hosts = ["api.gladia.io", "gladia.localhost:4788", "api.gladia.io"]
    paths = ["/v2/pre-recorded", "/v2/transcription", "/v2/pre-recorded"]

    by_host = [page(b, f"http://{host}{paths[0]}")["current"] for host in hosts]
    by_path = [page(b, path)["current"] for path in paths]

    assert by_host == [f"http://{host}/v2/pre-recorded?offset=0&limit=20" for host in hosts]
    assert by_path == [f"{b.url}{path}?offset=0&limit=20" for path in paths]


@pytest.mark.parametrize(
    ("query", "shown", "following"),
    [
        ("", "abcdefgh", None),
        ("limit=1", "a", "offset=1&limit=1"),
        ("limit=8", "abcdefgh", None),
        ("limit=7", "abcdefg", "offset=7&limit=7"),
        ("limit=1000000", "abcdefgh", None),
        ("offset=3&limit=5", "defgh", None),
        ("offset=7", "h", None),
        ("offset=8", "", None),
        ("offset=1000000&limit=1", "", None),
        ("limit=&offset=", "abcdefgh", None),
    ],
)
def test_a_page_has_its_place_and_its_size(query: str, shown: str, following: str | None) -> None:
    b = full()

    body = page(b, f"/v1/history?{query}")

    assert names(body) == shown
    assert body["next"] == (following and f"{b.url}/v1/history?{following}")


def test_jobs_of_the_same_moment_keep_their_order_whatever_the_page() -> None:
    b = full()

    assert walked(b, "/v2/transcription?limit=1") == list("abcdefgh")


def test_a_job_that_is_gone_is_in_no_list() -> None:
    b = full()
    (gone,) = page(b, "/v2/pre-recorded?date=2026-01-03")["items"]

    deleted = b.http.delete(f"/v2/pre-recorded/{gone['id']}")

    assert (deleted.status_code, deleted.content) == (202, b"")
    assert names(page(b, "/v2/transcription")) == "abcdefg"
