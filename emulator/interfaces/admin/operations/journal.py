"""A tenant's journal: what was asked and answered, why, how often, and what never."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from emulator.core.base.version import __version__
from emulator.core.http.messages import Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.core.inspection.coverage import FORMATS, measure_coverage
from emulator.core.inspection.explain import explain
from emulator.core.inspection.har import to_har
from emulator.core.inspection.verification import BadPattern, Count, Pattern, check_names, judge
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import redacted
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.exchanges import detail, summary

COUNTS = ("times", "at_least", "at_most")
TEXTS: Mapping[str, str] = {"table": "text/plain", "markdown": "text/markdown"}


def list_exchanges(request: Request, desk: AdminContext) -> Response:
    journal = desk.tenant(request.text("key")).journal
    provider = desk.provider_name(request.text("provider"))
    found = [one for one in journal if matches_filters(one, provider, request)]
    found = found[-request.integer("last", len(found)) :] if found else []
    form = request.text("format")
    if form == "har":
        return json_response(200, to_har(found, version=__version__))
    shown = [detail(one) if form == "full" else summary(redacted(one)) for one in found]
    return json_response(200, {"count": journal.count, "exchanges": shown})


def matches_filters(exchange: Exchange, provider: str, request: Request) -> bool:
    """An empty provider stands for any."""
    return (
        provider in ("", exchange.provider)
        and fnmatchcase(exchange.operation or "", request.text("operation", "*"))
        and exchange.response.status == request.integer("status", exchange.response.status)
    )


def empty_journal(request: Request, desk: AdminContext) -> Response:
    desk.tenant(request.text("key")).journal.clear()
    return Response(204)


def get_exchange(request: Request, desk: AdminContext) -> Response:
    return json_response(200, detail(redacted(find_exchange(request, desk))))


def explain_exchange(request: Request, desk: AdminContext) -> Response:
    explanation = explain(find_exchange(request, desk), desk.emulator.providers)
    if request.text("format") == "text":
        return text(str(explanation), "text/plain")
    return json_response(200, explanation.content())


def verify_exchanges(request: Request, desk: AdminContext) -> Response:
    asked = request.fields
    counts = {name: asked[name] for name in COUNTS if name in asked}
    wanted = {name: value for name, value in asked.items() if name not in COUNTS}
    try:
        pattern, count = Pattern.of(wanted), Count(**counts)
        check_names(pattern, desk.emulator.providers)
    except BadPattern as error:
        raise Refused("bad_pattern", {"why": str(error)}) from None
    return json_response(
        200, judge(desk.tenant(request.text("key")).journal, pattern, count).content()
    )


def get_coverage(request: Request, desk: AdminContext) -> Response:
    """Of one tenant; of everybody where no key is named."""
    met = (
        desk.tenant(request.text("key")).journal.status_counts
        if "key" in request.params
        else desk.emulator.status_counts
    )
    covered = measure_coverage(met, desk.emulator.providers)
    wanted = request.text("format", "json")
    if wanted in TEXTS:
        return text(FORMATS[wanted](covered), TEXTS[wanted])
    return json_response(200, covered.content())


def find_exchange(request: Request, desk: AdminContext) -> Exchange:
    id = request.text("id")
    exchange = desk.tenant(request.text("key")).journal.find(id)
    if exchange is None:
        raise Refused("unknown_exchange", {"id": id})
    return exchange


def text(words: str, media_type: str) -> Response:
    return Response(200, f"{words}\n".encode(), {"Content-Type": f"{media_type}; charset=utf-8"})
