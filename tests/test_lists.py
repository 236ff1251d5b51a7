"""Whatever is done to jobs, each stands in its list once, in order, and under the filters it fits.

All over HTTP, as a client sees it: ``SPEECH_EMULATOR_FUZZ`` says how many times as much is tried.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import gt, lt
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.engine.finishing import Checking
from emulator.core.scenario.loader import load
from emulator.interfaces.admin.context import Access
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.serving.server_thread import ServerThread
from tests.conftest import EXAMPLES
from tests.support.clients import ADDRESS, KEY_HEADERS

KEY = "test-lists"
Item = dict[str, Any]
Params = dict[str, Any]
SCENARIO = """
clock: {{mode: manual}}
jobs:
  - {{when: {{audio: "*slow*"}}, timeline: {{processing: 5s, completed: 20s}}}}
  - {{when: {{audio: "*bad*"}}, timeline: {{processing: 1s, failed: 3s}}}}
  - {{when: {{audio: "*stuck*"}}, timeline: {{processing: 1h, completed: 2h}}}}
existing:
  - provider: {provider}
    count: {count}
    age: 3s  # whole seconds, as the lists show them
    timeline: {{processing: 7s, completed: 25s}}
"""
AUDIOS = tuple(f"https://example.com/{name}.wav" for name in ("a", "stuck", "slow", "bad"))


class Filter(Struct, frozen=True):
    """A list's parameters, and which of its items they leave."""

    params: Params
    fits: Callable[[Item], bool] = lambda item: True


class Lists(Struct, frozen=True):
    """How jobs of one provider are made, read and listed over HTTP."""

    provider: str
    create: Callable[[httpx.Client, str], str]  # its id
    item_path: str  # of one job; {} is its id
    pages: Callable[[httpx.Client, Params], Iterator[Item]]  # what a list shows, all pages of it
    id_of: Callable[[Item], str]
    created_at: str  # the name of the member
    filters: Callable[[list[Item]], Iterator[Filter]]  # given what is listed without any
    newest_first: bool = True
    by_id: bool = False  # those made at one moment; else in the order in which they were made
    looks_are_free: bool = True  # to read a job changes nothing


def checked(response: httpx.Response) -> Any:
    assert response.status_code < 300, (response.request.url, response.status_code, response.text)
    return response.json()


def has(name: str, *values: str) -> Callable[[Item], bool]:
    return lambda item: item[name] in values


def compares(name: str, compare: Callable[[str, str], bool], at: str) -> Callable[[Item], bool]:
    return lambda item: compare(item[name], at)


def both(one: Callable[[Item], bool], other: Callable[[Item], bool]) -> Callable[[Item], bool]:
    return lambda item: one(item) and other(item)


def moments(items: list[Item], name: str) -> list[str]:
    return sorted({item[name] for item in items})[:3]


# Aitronos


def create_aitronos(http: httpx.Client, audio: str) -> str:
    options = {"audio_url": audio, "language": "en"}
    order = {"organization_id": "org_1", "transcription_options": options}
    made = checked(http.post("/v1/audio/transcribe", json=order))
    return str(made["data"]["transcription_id"])


def aitronos_pages(http: httpx.Client, params: Params) -> Iterator[Item]:
    offset: int | None = 0
    while offset is not None:
        page = checked(
            http.get("/v1/audio/transcribe", params={**params, "limit": 3, "offset": offset})
        )["data"]
        yield from page["transcriptions"]
        shown = offset + len(page["transcriptions"])
        offset = shown if page["transcriptions"] and page["pagination"]["links"]["next"] else None


def aitronos_filters(items: list[Item]) -> Iterator[Filter]:
    for status in ("queued", "processing", "completed", "failed", "cancelled"):
        yield Filter({"status": status}, has("status", status))


# Azure


def create_azure(http: httpx.Client, audio: str) -> str:
    order = {"contentUrls": [audio], "locale": "en-US", "displayName": audio[-8:]}
    made = checked(http.post("/speechtotext/v3.1/transcriptions", json=order))
    return str(made["self"].rpartition("/")[2])


def azure_pages(http: httpx.Client, params: Params) -> Iterator[Item]:
    url: str | None = "/speechtotext/v3.1/transcriptions"
    given: Params | None = {**params, "top": 3}
    while url is not None:
        page = checked(http.get(url, params=given))
        yield from page["values"]
        url, given = page.get("@nextLink"), None


def azure_filters(items: list[Item]) -> Iterator[Filter]:
    for status in ("NotStarted", "Running", "Succeeded", "Failed"):
        yield Filter(
            {"filter": f"status eq '{status}'"},
            has("status", status),
        )
    for name in ("slow.wav", "om/a.wav"):
        yield Filter(
            {"filter": f"displayName eq '{name}'"},
            has("displayName", name),
        )
    for at in moments(items, "createdDateTime"):
        yield Filter(
            {"filter": f"createdDateTime gt {at} and status ne 'Failed'"},
            both(
                compares("createdDateTime", gt, at),
                has("status", "NotStarted", "Running", "Succeeded"),
            ),
        )


# Gladia


def create_gladia(http: httpx.Client, audio: str) -> str:
    return str(checked(http.post("/v2/pre-recorded", json={"audio_url": audio}))["id"])


def create_live(http: httpx.Client, audio: str) -> str:
    form = {"encoding": "wav/pcm", "sample_rate": 16000, "bit_depth": 16, "channels": 1}
    return str(checked(http.post("/v2/live", json=form))["id"])


def create_either(http: httpx.Client, audio: str) -> str:
    return (create_live if "slow" in audio else create_gladia)(http, audio)


def gladia_pages(path: str) -> Callable[[httpx.Client, Params], Iterator[Item]]:
    def pages(http: httpx.Client, params: Params) -> Iterator[Item]:
        url: str | None = path
        given: Params | None = {**params, "limit": 3}
        while url is not None:
            page = checked(http.get(url, params=given))
            yield from page["items"]
            url, given = page["next"], None

    return pages


def gladia_filters(items: list[Item]) -> Iterator[Filter]:
    for status in ("queued", "processing", "done", "error"):
        yield Filter({"status": status}, has("status", status))
    yield Filter({"status": ["queued", "done"]}, has("status", "queued", "done"))
    for at in moments(items, "created_at"):
        yield Filter({"after_date": at}, compares("created_at", gt, at))
        yield Filter({"before_date": at}, compares("created_at", lt, at))


def kind_filters(items: list[Item]) -> Iterator[Filter]:
    yield from gladia_filters(items)
    for kind in ("pre-recorded", "live"):
        yield Filter({"kind": kind}, has("kind", kind))
        yield Filter(
            {"kind": kind, "status": "queued"},
            both(has("kind", kind), has("status", "queued")),
        )


# Phrase Studio


def create_phrase(http: httpx.Client, audio: str) -> str:
    form = {"sourceLanguage": "en", "subtitleProfiles": "[]", "fileUrls": f'["{audio}"]'}
    files = {name: (None, value) for name, value in form.items()}
    sent = http.post("/v1/projects", params={"title": audio[-8:]}, files=files)
    return str(checked(http.post(sent.headers["location"], files=files))["id"])


def phrase_pages(http: httpx.Client, params: Params) -> Iterator[Item]:
    number, last = 1, 1
    while number <= last:
        page = checked(http.get("/v1/projects", params={**params, "page": number, "pageSize": 3}))
        yield from page["data"]
        number, last = number + 1, page["pagination"]["totalPages"]


def phrase_filters(items: list[Item]) -> Iterator[Filter]:
    for status in ("ARCHIVED", "PENDING", "IN_PROGRESS", "COMPLETED", "FAILED"):
        yield Filter({"status": status}, has("status", status))
        yield Filter(
            {"status": status, "search": "slow"},
            both(has("status", status), lambda item: "slow" in item["name"]),
        )
    yield Filter({"teamProjects": "true"})


def lists_of_gladia(path: str, create: Callable[[httpx.Client, str], str]) -> Lists:
    by_kind = "/transcription" in path
    return Lists(
        "gladia",
        create,
        f"{path}/{{}}",
        gladia_pages(path),
        id_of=lambda item: str(item["id"]),
        created_at="created_at",
        filters=kind_filters if by_kind else gladia_filters,
    )


LISTS = {
    "aitronos": Lists(
        "aitronos",
        create_aitronos,
        "/v1/audio/transcribe/{}",
        aitronos_pages,
        id_of=lambda item: str(item["transcription_id"]),
        created_at="created_at",
        filters=aitronos_filters,
        looks_are_free=False,
    ),
    "azure": Lists(
        "azure_speech",
        create_azure,
        "/speechtotext/v3.1/transcriptions/{}",
        azure_pages,
        id_of=lambda item: str(item["self"].rpartition("/")[2]),
        created_at="createdDateTime",
        filters=azure_filters,
        newest_first=False,
        by_id=True,
    ),
    "gladia pre-recorded": lists_of_gladia("/v2/pre-recorded", create_gladia),
    "gladia live": lists_of_gladia("/v2/live", create_live),
    "gladia both": lists_of_gladia("/v2/transcription", create_either),
    "phrase": Lists(
        "phrase_studio",
        create_phrase,
        "/v1/projects/{}",
        phrase_pages,
        id_of=lambda item: str(item["id"]),
        created_at="createdAt",
        filters=phrase_filters,
    ),
}


class Account:
    """One tenant with what it must have, as a client knows from the answers it got."""

    def __init__(self, lists: Lists, http: httpx.Client, admin: httpx.Client) -> None:
        self.lists = lists
        self.http = http
        self.admin = admin
        there = list(self.listed({}))
        self.ids = [lists.id_of(one) for one in (reversed(there) if lists.newest_first else there)]
        assert len(self.ids) == len(set(self.ids))

    def listed(self, params: Params) -> Iterator[Item]:
        return self.lists.pages(self.http, params)

    def do(self, action: str, number: int) -> None:
        if action == "create":
            self.ids.append(self.lists.create(self.http, AUDIOS[number % len(AUDIOS)]))
        elif action == "advance":
            step = (1, 2, 4, 10, 11, 60)[number % 6]
            checked(self.admin.post(f"/tenants/{KEY}/clock", json={"advance": f"{step}s"}))
        elif action == "look":
            for id in self.ids:
                self.item(id)
        elif self.ids:
            id = self.ids[number % len(self.ids)]
            getattr(self, action)(id, number)

    def read(self, id: str, number: int) -> None:
        self.item(id)

    def item(self, id: str) -> Item:
        found = checked(self.http.get(self.lists.item_path.format(id)))
        return dict(found.get("data", found))

    def delete(self, id: str, number: int) -> None:
        response = self.http.delete(self.lists.item_path.format(id))
        if response.status_code < 300:
            self.ids.remove(id)
        else:
            assert response.status_code in (403, 409), response.text  # not in a final state

    def edit(self, id: str, number: int) -> None:
        phase = ("processing", "completed", "failed")[number % 3]
        response = self.admin.patch(f"/tenants/{KEY}/jobs/{id}", json={"phase": phase})
        # A project is a job by its recordings; what has ended does not begin again.
        assert response.status_code in (200, 404, 409, 422), response.text

    def check(self) -> None:
        items = list(self.listed({}))
        assert [self.lists.id_of(one) for one in items] == self.expected(items)
        for one in self.lists.filters(items):
            fit = [self.lists.id_of(item) for item in items if one.fits(item)]
            assert [self.lists.id_of(item) for item in self.listed(one.params)] == fit, one.params
        if self.lists.looks_are_free:
            for item in items:
                assert self.item(self.lists.id_of(item))["status"] == item["status"]

    def expected(self, items: list[Item]) -> list[str]:
        """The ids in the list's order: by when jobs were made, then as the list breaks ties."""
        made = {self.lists.id_of(item): item[self.lists.created_at] for item in items}
        assert made.keys() == set(self.ids)
        first = sorted(self.ids) if self.lists.by_id else self.ids
        ordered = sorted(first, key=made.__getitem__)
        return ordered[::-1] if self.lists.newest_first else ordered


Step = tuple[str, int, bool]  # what is done, to which job, and whether the lists are read then
STEPS = st.tuples(
    st.sampled_from(["create", "create", "read", "look", "advance", "delete", "edit"]),
    st.integers(0, 29),
    st.booleans(),
)
EACH = pytest.mark.parametrize("lists", LISTS.values(), ids=LISTS)


def headers(lists: Lists) -> Mapping[str, str]:
    return {KEY_HEADERS[lists.provider]: KEY}


def emulator_with(lists: Lists, count: int) -> Emulator:
    text = SCENARIO.format(provider=lists.provider, count=count)
    scenario = load(text, vocabularies=WORDS, events=EVENTS)
    return Emulator(scenario, clock_mode="manual", checking=Checking("fail", "fail"))


def walk(account: Account, steps: list[Step]) -> None:
    account.check()
    for action, number, is_listed in steps:
        account.do(action, number)
        if is_listed:
            account.check()
    account.do("look", 0)
    account.check()


@EACH
@settings(max_examples=EXAMPLES // 2)
@given(count=st.sampled_from([1, 2, 4]), steps=st.lists(STEPS, min_size=1, max_size=15))
def test_each_job_stands_in_its_list_once_and_under_the_filters_it_fits(
    lists: Lists, count: int, steps: list[Step]
) -> None:
    transport = Transport(emulator_with(lists, count))
    base = f"{ADDRESS}/{lists.provider.replace('_', '-')}"
    with (
        httpx.Client(transport=transport, base_url=base, headers=headers(lists)) as http,
        httpx.Client(transport=transport, base_url=f"{ADDRESS}/_emulator") as admin,
    ):
        walk(Account(lists, http, admin), steps)


@EACH
def test_lists_hold_their_jobs_over_a_socket(lists: Lists) -> None:
    """Three that are renewed by a look after ten seconds, and a fourth."""
    app = root_app(emulator_with(lists, 1), access=Access("127.0.0.1"))
    with ServerThread(app) as server:
        base = f"http://127.0.0.1:{server.port}"
        made: list[Step] = 3 * [("create", 1, True)]
        renewed: list[Step] = [("advance", 4, True), ("look", 0, False), ("create", 1, True)]
        with (
            httpx.Client(
                base_url=f"{base}/{lists.provider.replace('_', '-')}",
                headers=headers(lists),
                timeout=60,
            ) as http,
            httpx.Client(base_url=f"{base}/_emulator", timeout=60) as admin,
        ):
            walk(Account(lists, http, admin), [*made, *renewed, ("delete", 0, True), *renewed])
