"""Reasons: why a request was refused, in sentences for people."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from emulator.core.http.problems import (
    MOST_VIOLATIONS,
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
    WrongContentType,
    WrongMethod,
    WrongState,
    shorten_text,
)

MOST_REASON_CHARS = 1000  # characters of one sentence

PROBLEM_TEXTS: Mapping[type[Problem], str] = {
    NoOperation: "no documented path is like this one",
    WrongMethod: "the path is documented, this method of it is not",
    NoKey: "no key",
    UnknownKey: "the key is unknown",
    ExpiredKey: "the scenario says that the key is expired",
    RevokedKey: "the scenario says that the key is revoked",
    Forbidden: "the key is good, and not for this",
    OutOfQuota: "the scenario says that the key has nothing left to spend",
    TooManyRequests: "the key asks more often than it may",
    NotFound: "what the request names is not there",
    Invalid: "the request does not keep to the documentation",
    Malformed: "the body cannot be read as what it says it is",
    WrongContentType: "the operation takes no body of this content type",
    UnsupportedContentEncoding: "a body with a content encoding is not decoded here",
    TooLarge: "the body is larger than the server takes",
    HeadersTooLarge: "the headers are larger than the server takes",
    WrongState: "what the request names is in a phase that does not allow this",
    BadLink: "the signed address is not good",
    Refused: "a refusal that this API alone has",
    Unavailable: "the service cannot serve now",
    Broken: "the service failed",
    Scripted: "a fault asks for this status",
    NotEmulated: "the operation is documented, and not emulated",
}


def describe(problem: Problem | None) -> tuple[str, ...]:
    """What the kind of problem means, then what is particular to this one."""
    if problem is None:
        return ()
    first = islice(describe_members(problem), MOST_VIOLATIONS)
    return (PROBLEM_TEXTS[type(problem)], *(shorten_text(one, MOST_REASON_CHARS) for one in first))


def join_sentence(why: tuple[str, ...]) -> str:
    """The reasons as one sentence."""
    return ": ".join(filter(None, (why[0], "; ".join(why[1:])))) if why else ""


def describe_members(problem: Problem) -> Iterator[str]:
    match problem:
        case Invalid(violations=violations):
            yield from (
                f"{violation.place} {violation.name}: {violation.message}"
                for violation in violations
            )
        case Refused(code=code, details=details):
            yield ", ".join(
                [code, *(f"{name} {format_value(value)}" for name, value in details.items())]
            )
        case Broken(reasons=told):
            yield from told
        case TooManyRequests() | Unavailable() | Scripted():
            yield from describe_list(problem)
        case _:
            yield from describe_subject(problem)


def format_value(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def describe_list(problem: TooManyRequests | Unavailable | Scripted) -> Iterator[str]:
    """Of the kinds that may say when to come again."""
    if isinstance(problem, TooManyRequests) and problem.limit:
        yield problem.limit
    if isinstance(problem, Unavailable):
        yield from problem.reasons
    if problem.retry_after_seconds:
        yield f"asked to come again after {problem.retry_after_seconds:g} s"


def describe_subject(problem: Problem) -> Iterator[str]:
    """Of the kinds that name one thing."""
    match problem:
        case NotFound(kind=kind, id=id) if kind:
            yield f"{noun(kind)} {id}"
        case WrongState(kind=kind, id=id, phase=phase):
            yield f"{noun(kind)} {id} is {phase}"
        case WrongMethod(path=path, allowed=allowed):
            yield f"{path} has {', '.join(allowed)}"
        case WrongContentType(given=given, allowed=allowed):
            yield f'it is "{given}"; allowed: {", ".join(allowed)}'
        case UnsupportedContentEncoding(given=given):
            yield f'it is "{given}"; send the body without it'
        case Malformed(reason=reason) | NotEmulated(reason=reason):
            yield reason
        case BadLink(expired=expired):
            yield "its time is over" if expired else "it was altered, or is of another server"


def noun(kind: str) -> str:
    """The name of a kind of record, for people: ``LiveSession`` is a live session."""
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", kind).lower()


def at_line(line: int | None) -> str:
    return f" (line {line} of the scenario)" if line else ""
