"""The lists of the four providers, each in its own words."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import repeat
from urllib.parse import quote

from msgspec import Struct

from bench.inside import KEY, Inside, Timed, middle
from bench.messages import Message

SIZE = 20  # jobs a page
MOST_COUNT = 1_000_000  # in one entry of a scenario
PHASES = (("completed", 0.8), ("failed", 0.1), ("queued", 0.1))
AGES = "1h..30d"
FROM, TO = "2025-12-20T00:00:00Z", "2025-12-22T00:00:00Z"  # the clock stands at 2026-01-05


class Listing(Struct, frozen=True):
    path: str
    header: str  # in which the key stands
    page: Callable[[int], str]  # the query for the page that begins there
    filters: Mapping[str, str]  # and what is added to it

    def ask(self, inside: Inside, at: int = 0, more: str = "", key: str = KEY) -> Timed:
        return inside.ask(Message("GET", f"{self.path}?{self.page(at)}{more}", {self.header: key}))


def limited(at: int) -> str:
    return f"limit={SIZE}&offset={at}"


LISTS: Mapping[str, Listing] = {
    "gladia": Listing(
        "/gladia/v2/pre-recorded",
        "x-gladia-key",
        limited,
        {
            "by status": "&status=error",
            "by dates": f"&after_date={FROM}&before_date={TO}",
        },
    ),
    "azure_speech": Listing(
        "/azure-speech/speechtotext/v3.1/transcriptions",
        "Ocp-Apim-Subscription-Key",
        lambda at: f"top={SIZE}&skip={at}",
        {
            "by status": "&filter=" + quote("status eq 'Failed'"),
            "by dates": "&filter="
            + quote(f"createdDateTime gt {FROM} and createdDateTime lt {TO}"),
        },
    ),
    "aitronos": Listing(
        "/aitronos/v1/audio/transcribe", "X-API-Key", limited, {"by status": "&status=failed"}
    ),
    "phrase_studio": Listing(
        "/phrase-studio/v1/projects",
        "X-API-Key",
        lambda at: f"pageSize={SIZE}&page={at // SIZE + 1}",
        {"by status": "&status=FAILED"},
    ),
}


def entries(provider: str, number: int, words: str) -> str:
    """``existing`` for so many jobs, in as many entries as it takes."""
    counts = [MOST_COUNT] * (number // MOST_COUNT) + [number % MOST_COUNT]
    return ", ".join(f"{{provider: {provider}, count: {n}, {words}}}" for n in counts if n)


def account(provider: str, number: int) -> str:
    """A scenario with so many jobs, most of them finished."""
    parts = (
        entries(provider, max(1, int(number * share)), f"phase: {phase}, age: {AGES}")
        for phase, share in PHASES
    )
    return f"{{scenario: Jobs, existing: [{', '.join(parts)}]}}"


def pages(inside: Inside, listing: Listing, number: int) -> dict[str, float]:
    """Microseconds of each kind of page; each of those anywhere is another one."""
    page = partial(listing.ask, inside)  # at, more
    step = max(SIZE, (number - SIZE) // 199)
    found = {
        "first page": middle(page, repeat(0)),
        "page anywhere": middle(page, range(0, number - SIZE + 1, step)),
    }
    for name, more in listing.filters.items():
        found[name] = middle(partial(page, 0), repeat(more))
    return found
