"""Report: what a failed test is told of the requests that came, and of those that did not."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from emulator.core.base.escaping import escaped_line
from emulator.core.http.problem_texts import join_sentence
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import mask, redacted
from emulator.interfaces.serving.proxies import proxy_for

MOST = 20  # requests without a key that are shown, the latest
MEANWHILE = "requests without this test's key that came meanwhile:"


class Entry(Struct, frozen=True):
    """One exchange, with masked keys."""

    at: datetime
    provider: str
    method: str
    path: str
    status: int
    refused: str | None
    fault: str | None
    why: tuple[str, ...]


class ReportContext(Struct, frozen=True):
    """What came to an emulator while a test ran."""

    key: str  # the test's
    host: str
    url: str
    own: tuple[Entry, ...]  # with that key
    unclaimed: tuple[Entry, ...]  # with no good key
    others: int = 0  # with good keys of others


def entry(exchange: Exchange) -> Entry:
    shown = redacted(exchange)
    return Entry(
        at=shown.at,
        provider=shown.provider,
        method=shown.request.method,
        path=shown.request.path,
        status=shown.response.status,
        refused=shown.refused,
        fault=shown.fault.rule if shown.fault else None,
        why=shown.why,
    )


def report(asked: ReportContext, environment: Mapping[str, str]) -> str:
    """The exchanges of a test, or why there are none; and those that are nobody's."""
    own = [line for one in asked.own for line in lines(one)] or no_requests_lines(
        asked, environment
    )
    rest = [line for one in asked.unclaimed[-MOST:] for line in lines(one)]
    return "\n".join(map(escaped_line, [*own, *([MEANWHILE] if rest else []), *rest]))


def lines(one: Entry) -> Iterator[str]:
    yield (
        f"{one.at:%H:%M:%S} {one.provider or '-':13} {one.method:6} {one.path} -> {one.status}"
        f"{' ' + one.refused if one.refused else ''}{' fault ' + one.fault if one.fault else ''}"
    )
    if one.why:
        yield f"{'':8} {join_sentence(one.why)}"


def no_requests_lines(asked: ReportContext, environment: Mapping[str, str]) -> Iterable[str]:
    """What to look at where no request has come with the test's key."""
    without, others = count_text(len(asked.unclaimed)), count_text(asked.others)
    yield (
        f"no request reached this test's key {mask(asked.key)}; {without} without a good key"
        + (f", {others} with the keys of others" if asked.others else "")
    )
    yield (
        f"  the client's base URL: it begins with {asked.url}, as speech_emulator.gladia.url and "
        "those of the other APIs do"
    )
    yield "  the client's key: it is speech_emulator.key"
    names = proxy_for(asked.host, environment)
    if names:
        verb = "is" if len(names) == 1 else "are"
        yield (
            f"  the proxy: {', '.join(names)} {verb} set, and NO_PROXY does not name {asked.host}: "
            "clients that read these ask the proxy, and not the emulator"
        )


def count_text(number: int) -> str:
    return "1 request came" if number == 1 else f"{number or 'no'} requests came"
