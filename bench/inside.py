"""The emulator in this process, asked without a socket, and timed."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct

import emulator
from bench.messages import Answer, Message
from bench.payload import READER

ADMIN = "/_emulator/tenants"
KEY = READER["x-gladia-key"]
JOBS = "/gladia/v2/pre-recorded"
LEAST, MOST, ENOUGH_SECONDS = 3, 200, 0.4  # how often a request is timed, and how long


class Refused(Exception):
    """An answer other than 2xx."""


class Timed(Struct, frozen=True):
    answer: Answer
    seconds: float


class Inside:
    """One emulator; its clock stands still."""

    def __init__(self, scenario: str) -> None:
        self._app = emulator.app(scenario, clock="manual", answers="warn")

    def ask(self, message: Message) -> Timed:
        """Raises Refused."""
        timed = asyncio.run(self._asked(message))
        if not 200 <= timed.answer.status < 300:
            raise Refused(f"{message.path}: {timed.answer.status} {timed.answer.body[:300]!r}")
        return timed

    def get(self, path: str, key: str = KEY, **query: Any) -> Timed:
        asked = f"?{urlencode(query)}" if query else ""
        return self.ask(Message("GET", path + asked, {"x-gladia-key": key}))

    def post(self, path: str, content: Any, key: str = KEY) -> Timed:
        headers = {"x-gladia-key": key, "content-type": "application/json"}
        return self.ask(Message("POST", path, headers, json.dumps(content).encode()))

    def advance(self, how_far: str) -> Timed:
        return self.post(f"{ADMIN}/{quote(KEY)}/clock", {"advance": how_far})

    def clear_journal(self) -> Timed:
        return self.ask(Message("DELETE", f"{ADMIN}/{quote(KEY)}/journal"))

    def first_job(self, key: str = KEY) -> str:
        """The address of the newest job."""
        page = json.loads(self.get(JOBS, key, limit=1).answer.body)
        return f"{JOBS}/{page['items'][0]['id']}"

    async def _asked(self, message: Message) -> Timed:
        sent: list[dict[str, Any]] = []
        scope = scope_of(message)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": message.body, "more_body": False}

        async def send(part: dict[str, Any]) -> None:
            sent.append(part)

        used, begin = process_time(), perf_counter()
        await self._app(scope, receive, send)  # type: ignore[arg-type]  # plain dicts are messages
        # The processor's clock is slow to read, the wall's runs on while others have their turn.
        seconds = min(perf_counter() - begin, process_time() - used)
        body = b"".join(part.get("body", b"") for part in sent[1:])
        return Timed(Answer(sent[0]["status"], body), seconds)


def scope_of(message: Message) -> dict[str, Any]:
    path, _, query = message.path.partition("?")
    headers = {"host": "127.0.0.1:4788", **message.headers}
    if message.body:
        headers["content-length"] = str(len(message.body))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": message.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 4788),
    }


def middle(make: Callable[[Any], Timed], values: Iterable[Any] = repeat(None)) -> float:
    """The median of some calls, in microseconds: one a value, until it is enough."""
    return median(taken(make, iter(values))) * 1e6


def taken(make: Callable[[Any], Timed], values: Iterator[Any]) -> list[float]:
    found: list[float] = []
    for value in values:
        found.append(make(value).seconds)
        if len(found) >= MOST or (len(found) >= LEAST and sum(found) > ENOUGH_SECONDS):
            break
    return found
