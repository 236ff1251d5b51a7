"""A toy provider: a small API that has one of everything the core knows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.clock import iso_seconds
from emulator.core.base.ids import digest
from emulator.core.contract import Contract, Operation
from emulator.core.contract.openapi import ParsingRules
from emulator.core.contract.routing import Routes
from emulator.core.engine.answer import answer
from emulator.core.engine.finishing import Checking
from emulator.core.engine.tenants import Tenants
from emulator.core.http import signed_urls
from emulator.core.http.conditional import etag
from emulator.core.http.messages import (
    Json,
    Pairs,
    Request,
    Response,
    json_response,
    parse_json,
    to_json,
)
from emulator.core.http.problems import (
    BadLink,
    Broken,
    ExpiredKey,
    Forbidden,
    HeadersTooLarge,
    Invalid,
    Malformed,
    NoKey,
    NoOperation,
    NotEmulated,
    NotFound,
    OutOfQuota,
    Problem,
    Refused,
    RevokedKey,
    Scripted,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnknownKey,
    UnsupportedContentEncoding,
    Violation,
    WrongContentType,
    WrongMethod,
    WrongState,
)
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import OperationFunction, Provider
from emulator.core.scenario.model import Scenario, SeedJobs
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.types import ObjectType
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, Step

TOY_YAML = Path(__file__).with_name("toy_provider.yaml")

STATUS: Mapping[type[Problem], int] = {
    NoOperation: 404,
    WrongMethod: 405,
    NoKey: 401,
    UnknownKey: 401,
    ExpiredKey: 401,
    RevokedKey: 401,
    Forbidden: 403,
    OutOfQuota: 402,
    TooManyRequests: 429,
    NotFound: 404,
    Invalid: 422,
    Malformed: 400,
    WrongContentType: 415,
    UnsupportedContentEncoding: 415,
    TooLarge: 413,
    HeadersTooLarge: 431,
    WrongState: 409,
    BadLink: 403,
    Refused: 418,
    Unavailable: 503,
    Broken: 500,
    Scripted: 502,
    NotEmulated: 501,
}
SAMPLES: tuple[Problem, ...] = (
    NoOperation("GET", "/nowhere"),
    WrongMethod("PUT", "/v1/notes", ("GET", "POST")),
    NoKey(),
    UnknownKey("HeaderKey"),
    ExpiredKey("HeaderKey"),
    RevokedKey("HeaderKey"),
    Forbidden(),
    OutOfQuota(),
    TooManyRequests(2.5),
    NotFound("Note", "1"),
    Invalid((Violation("query", ("limit",), "maximum", 100, 101, "too much"),)),
    Malformed("it is no JSON", b"{"),
    WrongContentType("text/plain", ("application/json",)),
    UnsupportedContentEncoding("gzip"),
    TooLarge(),
    HeadersTooLarge(),
    WrongState("Note", "1", "queued"),
    BadLink(expired=True, path="/_links/a/b"),
    Refused("teapot", {"short": True}),
    Unavailable(1.0),
    Broken(("a wheel came off",)),
    Scripted(502, 1.0),
    NotEmulated("doLater", "There is no need yet."),
)


class Note(Struct, frozen=True):
    id: str
    text: str
    job: Job


def envelope(problem: Problem, request: Request, backend: Backend) -> Response:
    content = {"problem": type(problem).__name__, "details": details(problem)}
    headers = {}
    if isinstance(problem, WrongMethod):
        headers = {"Allow": ", ".join(problem.allowed)}
    status = problem.status if isinstance(problem, Scripted) else STATUS[type(problem)]
    return json_response(status, content, headers)


def details(problem: Problem) -> dict[str, Any]:
    if isinstance(problem, Invalid):
        return {
            "violations": [
                f"{violation.place} {violation.name} {violation.keyword}"
                for violation in problem.violations
            ]
        }
    if isinstance(problem, Malformed):
        return {"reason": problem.reason}
    return dict(vars(problem))


def finish(request: Request, response: Response, backend: Backend) -> Response:
    return replace(response, headers={**response.headers, "X-Toy": backend.provider})


def prepare(operation: Operation, request: Request) -> Request:
    """The toy takes yes for true."""
    if request.params.get("exact") != "yes":
        return request
    return replace(request, params={**request.params, "exact": True})


def make_existing(existing: SeedJobs, backend: Backend) -> None:
    made_at = backend.now() - timedelta(seconds=existing.age_seconds[1])
    for _ in range(existing.count):
        id = existing.id or backend.ids.uuid()
        job = Job(id, made_at, (Step(0, existing.phase),))
        backend.store.put(Note(id, existing.name or "", job))


def shown(note: Note, now: datetime) -> dict[str, Json]:
    return {
        "id": note.id,
        "text": note.text,
        "phase": note.job.phase_at(now),
        "made": iso_seconds(note.job.made_at),
    }


def list_notes(request: Request, backend: Backend) -> Response:
    notes = [shown(one, backend.now()) for one in backend.store.oldest_first(Note)]
    content = {"notes": notes, "asked": dict(request.params)}
    return json_response(200, content, {"ETag": etag(to_json(content))})


def list_mine(request: Request, backend: Backend) -> Response:
    return json_response(200, ["mine"])


def create_note(request: Request, backend: Backend) -> Response:
    text = request.fields["text"]
    job = backend.new_job(backend.ids.uuid(), backend.plan_job(Audio(text, digest(text))))
    note = Note(job.id, text, job)
    backend.store.put(note)
    where = request.url(f"/v1/notes/{note.id}")
    return json_response(201, shown(note, backend.now()), {"Location": where})


def get_note(request: Request, backend: Backend) -> Response:
    note = backend.store.get(Note, request.params["noteIdentifier"])
    return json_response(200, shown(note, backend.now()))


def delete_note(request: Request, backend: Backend) -> Response:
    backend.store.delete(backend.store.get(Note, request.params["noteIdentifier"]))
    return Response(204)


def ping_note(request: Request, backend: Backend) -> Response:
    return Response(204, headers={"X-Pinged": request.text("id")})


def get_shelf(request: Request, backend: Backend) -> Response:
    return json_response(200, dict(request.params))


def upload_file(request: Request, backend: Backend) -> Response:
    parts = [
        [part.name, part.filename, part.content_type, len(part.content)] for part in request.parts
    ]
    return json_response(200, {"fields": request.fields, "parts": parts})


def upload_blob(request: Request, backend: Backend) -> Response:
    return Response(204)


def raise_problem(request: Request, backend: Backend) -> Response:
    raise next(sample for sample in SAMPLES if type(sample).__name__ == request.params["kind"])


def answer_badly(request: Request, backend: Backend) -> Response:
    return ANSWERS[request.params["kind"]]


def get_health(request: Request, backend: Backend) -> Response:
    return json_response(200, {"well": True}, {"etag": '"well"'})


def maybe_who(request: Request, backend: Backend) -> Response:
    return json_response(200, {"key": backend.key})


def get_linked(request: Request, backend: Backend) -> Response:
    until = request.integer("until", 0)
    expires_at = datetime.fromtimestamp(until, UTC)
    signed_urls.verify(
        request.text("signature"),
        backend.secret,
        request.path,
        str(until),
        expires_at=expires_at,
        now=backend.now(),
    )
    return Response(200, b"linked", {"Content-Type": "application/octet-stream"})


def link(backend: Backend, name: str, until: datetime) -> tuple[str, Pairs]:
    """The path and the query of a signed link."""
    path = f"/_links/{backend.account_id}/{name}"
    seconds = str(int(until.timestamp()))
    signed = signed_urls.sign(backend.secret, path, seconds)
    return path, (("until", seconds), ("signature", signed))


LEFT = {"X-Left": "3"}
ANSWERS: Mapping[str, Response] = {
    "good": json_response(200, {"a": 1}, LEFT),
    "good in other words": Response(
        200, b'{"a":1}', {"content-type": "application/json", "x-left": "0", "x-kind": "k"}
    ),
    "good bytes": Response(
        200, b"\xff\x00", {"Content-Type": "application/octet-stream", "X-Left": "3"}
    ),
    "good xml": Response(200, b"<a/>", {"Content-Type": "application/xml", "X-Left": "3"}),
    "good nothing": Response(204),
    "no header": json_response(200, {"a": 1}),
    "bad header": json_response(200, {"a": 1}, {"X-Left": "many"}),
    "negative header": json_response(200, {"a": 1}, {"X-Left": "-1"}),
    "missing property": json_response(200, {}, LEFT),
    "more properties": json_response(200, {"a": 1, "b": 2, "c": 3}, LEFT),
    "wrong type": json_response(200, {"a": "1"}, LEFT),
    "wrong top": json_response(200, [1], LEFT),
    "unknown status": json_response(202, {"a": 1}, LEFT),
    "unknown media": Response(200, b"a", {"Content-Type": "text/plain", "X-Left": "3"}),
    "no media": Response(200, b"a", LEFT),
    "no json": Response(200, b"{", {"Content-Type": "application/json", "X-Left": "3"}),
    "no body": Response(200, b"", {"Content-Type": "application/json", "X-Left": "3"}),
    "body for nothing": Response(204, b"a"),
    "two things": json_response(200, {"a": "1"}, {"X-Left": "many"}),
}
OPERATIONS: Mapping[str, OperationFunction] = {
    "listNotes": list_notes,
    "createNote": create_note,
    "listMine": list_mine,
    "getNote": get_note,
    "deleteNote": delete_note,
    "pingNote": ping_note,
    "getShelf": get_shelf,
    "uploadFile": upload_file,
    "uploadBlob": upload_blob,
    "raiseProblem": raise_problem,
    "answerBadly": answer_badly,
    "getHealth": get_health,
    "maybeWho": maybe_who,
    "getLinked": get_linked,
}
TOY = Provider(
    name="toy_notes",
    title="Toy",
    hosts=("api.toy.example", "*.toy.example"),
    contract=Contract.load(TOY_YAML),
    operations=OPERATIONS,
    not_emulated={"doLater": "There is no need yet."},
    envelope=envelope,
    schema=ProviderSchema(ObjectType("What the toy can say.", {})),
    make_existing=make_existing,
    prepare=prepare,
    finish=finish,
)
KEY = {"x-toy-key": "test-toy"}


def toy_contract(**habits: Any) -> Contract:
    """The toy's contract with other habits."""
    changed = ParsingRules(**habits)
    return replace(
        TOY.contract,
        parsing_rules=changed,
        routes=Routes(TOY.contract.operations.values(), changed),
    )


def toy(**habits: Any) -> Provider:
    return replace(TOY, contract=toy_contract(**habits))


STRICT = Checking("fail", "fail")
JSON = {"content-type": "application/json"}


def toy_tenants(scenario: Scenario | None = None, *, most: int = 10) -> Tenants:
    return Tenants(scenario or Scenario(), clock_mode="manual", most=most)


def ask(
    method: str,
    path: str,
    tenants: Tenants | None = None,
    *,
    provider: Provider = TOY,
    query: Pairs = (),
    headers: Mapping[str, str] = KEY,
    body: bytes = b"",
    excess: Literal["", "headers", "body"] = "",
    checking: Checking = STRICT,
) -> Exchange:
    """One request with its answer; of a new emulator's unless ``tenants`` are given."""
    request = Request(method, path, query, headers, body, excess=excess)
    there = toy_tenants() if tenants is None else tenants
    exchange = answer(provider, request, there, checking)
    assert isinstance(exchange, Exchange)  # no toy takes long
    return exchange


def said(exchange: Exchange) -> tuple[int, Any]:
    """The status, and what the JSON of the answer says."""
    return exchange.response.status, parse_json(exchange.response.body)
