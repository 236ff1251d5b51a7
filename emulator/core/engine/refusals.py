"""Refusals: why one request was refused, with what of it and of its tenant explains that."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from emulator.core.contract import Operation
from emulator.core.contract.openapi import SecurityScheme
from emulator.core.contract.security import credential_in, location_text
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import GOOD_KEYS
from emulator.core.faults.engine import Effect
from emulator.core.http.messages import Request
from emulator.core.http.problem_texts import at_line, describe, join_sentence, noun
from emulator.core.http.problems import (
    Broken,
    ExpiredKey,
    Forbidden,
    NoKey,
    NoOperation,
    NotEmulated,
    NotFound,
    OutOfQuota,
    Problem,
    RevokedKey,
    UnknownKey,
    shorten_text,
)
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.journal import Journal
from emulator.core.journal.redaction import is_secret, mask, redact_text, secrets_in
from emulator.core.provider.keys import WRONG_PREFIX
from emulator.core.provider.nearest import nearest_documented
from emulator.core.provider.provider import Provider
from emulator.core.state.store import Store

REASON = "X-Emulator-Reason"
MOST_REASON = 1000  # characters; some clients refuse a long header
MOST_NAMES = 3  # of headers that may hold a key
STATES: dict[type[Problem], str] = {
    ExpiredKey: "is expired",
    RevokedKey: "is revoked",
    Forbidden: "is good, and forbidden to do this",
    OutOfQuota: "has nothing left to spend",
}


class Refusal(Struct, frozen=True):
    """A problem with the request that met it."""

    problem: Problem
    provider: Provider
    request: Request
    tenant: Tenant
    operation: Operation | None = None
    fault: Effect | None = None  # that took the operation's place, and is the problem's origin


def explain_refusal(refusal: Refusal) -> tuple[str, ...]:
    """What was refused, then what is particular to it; keys are masked, long sentences cut."""
    keys = tuple(secrets_in(refusal.request, refusal.tenant.key))
    return tuple(
        shorten_text(redact_text(sentence, keys), MOST_REASON)
        for sentence in refusal_sentences(refusal)
    )


def reason_header(problem: Problem, why: tuple[str, ...]) -> str:
    """The reasons as the value of a header; of what is not emulated, only why."""
    ours = isinstance(problem, Broken | NotEmulated) and why[1:]
    return printable("; ".join(ours) if ours else join_sentence(why))[:MOST_REASON]


def printable(text: str) -> str:
    """The text as one line of ASCII, as a header wants it."""
    line = " ".join(text.split())
    return "".join(one if " " <= one <= "~" else "?" for one in line)


def refusal_sentences(refusal: Refusal) -> Iterable[str]:
    problem, request, tenant = refusal.problem, refusal.request, refusal.tenant
    if refusal.fault:
        fault = refusal.fault
        lead = f"the fault {fault.rule}{at_line(fault.line)} answers in the operation's place"
        return (lead, *describe(problem))
    if isinstance(problem, NotFound):
        return missing_record_reasons(
            problem, tenant.backend(refusal.provider).store, tenant.journal
        )
    if isinstance(problem, NoOperation):
        return undocumented_path_reasons(problem, (refusal.provider,), refusal.provider.name)
    if type(problem) in STATES:
        return f"the key '{mask(tenant.key)}' {STATES[type(problem)]}", "the scenario says so"
    return key_reasons(problem, refusal.provider.title, refusal.operation, request)


def key_reasons(
    problem: Problem, title: str, operation: Operation | None, request: Request
) -> Iterable[str]:
    schemes = operation.schemes if operation else ()
    if isinstance(problem, UnknownKey) and schemes:
        return unknown_key_reasons(schemes, request)
    if isinstance(problem, NoKey) and schemes:
        places = " or ".join(dict.fromkeys(location_text(scheme) for scheme in schemes))
        return (
            *describe(problem),
            f"{title} reads it from {places}",
            other_header_reasons(schemes, request),
        )
    return describe(problem)


def unknown_key_reasons(schemes: Iterable[SecurityScheme], request: Request) -> Iterator[str]:
    """Of keys that the request shows, none of which is good."""
    keys = {
        location_text(scheme): credential_in(scheme, request)
        for scheme in schemes
        if credential_in(scheme, request)
    }
    names = " and ".join(dict.fromkeys(f"'{mask(key)}'" for key in keys.values()))
    yield f"the key {names} is unknown"
    is_wrong = any(key.startswith(WRONG_PREFIX) for key in keys.values())
    yield f'it begins with "{WRONG_PREFIX}", as the wrong key of a test' if is_wrong else GOOD_KEYS
    yield f"it stands in {' and '.join(keys)}"


def other_header_reasons(schemes: Iterable[SecurityScheme], request: Request) -> str:
    """What the request has that may have been meant as its key."""
    for scheme in schemes:
        if scheme.place == "bearer" and request.headers.get(scheme.parameter):
            return f'the request has {scheme.parameter.title()}, which does not say "Bearer KEY"'
        if scheme.place == "header" and scheme.parameter in request.headers:
            return f"the request has {scheme.parameter}, and nothing in it"
    names = [name.title() for name in request.headers if is_secret(name) and name != "cookie"]
    names += [f"the query parameter {name}" for name, _ in request.query if is_secret(name)]
    return f"the request has {', '.join(names[:MOST_NAMES]) or 'nothing that looks like one'}"


def undocumented_path_reasons(
    problem: NoOperation, providers: Iterable[Provider], named: str
) -> tuple[str, ...]:
    """Of a path that no documented one is like; ``named``: the provider, if it is known."""
    near = nearest_documented(problem.method, problem.path, providers, named)
    asked = shorten_text(f"{problem.method} {problem.path}", MOST_REASON)
    return (*describe(problem), asked, *([f"the nearest are {', '.join(near)}"] if near else []))


def missing_record_reasons(problem: NotFound, store: Store, journal: Journal) -> Iterator[str]:
    name = noun(problem.kind)
    yield f"no {name} {problem.id} in this tenant"
    gone = deletion_of(problem.id, journal)
    if gone:
        yield f"{gone.request.method} {gone.request.path} deleted it at {gone.at:%H:%M:%S}"
    elif store.records_with_id(problem.id):
        yield "it was there and its time is over, or it is of another kind"
    counts = store.counts()
    if problem.kind in counts or not counts:
        count = counts.get(problem.kind, 0)
        yield f"it has {count or 'no'} {name}{'' if count == 1 else 's'}"


def deletion_of(id: str, journal: Journal) -> Exchange | None:
    """The request that deleted the job of that id; None: none that is kept."""
    return next(
        (
            one
            for one in reversed(list(journal))
            if any(job.id == id and job.before and not job.after for job in one.trace.jobs)
        ),
        None,
    )
