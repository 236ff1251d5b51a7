"""Reasons: why a request was refused, in sentences for people."""

from collections.abc import Iterator, Mapping

from emulator.core.problems import (
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
    WrongContentType,
    WrongMethod,
    WrongState,
)

MEANINGS: Mapping[type[Problem], str] = {
    NoOperation: "no documented path is like this one",
    WrongMethod: "the path is documented, this method of it is not",
    NoKey: "the request shows no key",
    UnknownKey: "nobody knows the key",
    ExpiredKey: "the scenario says that the key is expired",
    RevokedKey: "the scenario says that the key is revoked",
    Forbidden: "the key is good, and not for this",
    OutOfQuota: "the scenario says that the key has nothing left to spend",
    TooManyRequests: "the key asks more often than it may",
    NotFound: "what the request names is not there",
    Invalid: "the request does not keep to the documentation",
    Malformed: "the body cannot be read as what it says it is",
    WrongContentType: "the operation takes no body of this content type",
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


def reasons(problem: Problem | None) -> tuple[str, ...]:
    """What the kind of problem means, then what is particular to this one."""
    return () if problem is None else (MEANINGS[type(problem)], *particulars(problem))


def particulars(problem: Problem) -> Iterator[str]:
    match problem:
        case Invalid(breaches=breaches):
            yield from (f"{one.place} {one.name}: {one.message}" for one in breaches)
        case Refused(code=code, details=details):
            yield ", ".join([code, *(f"{name} {value}" for name, value in details.items())])
        case Broken(reasons=told):
            yield from told
        case (
            TooManyRequests(retry_after_seconds=seconds)
            | Unavailable(retry_after_seconds=seconds)
            | Scripted(retry_after_seconds=seconds)
        ) if seconds:
            yield f"asked to come again after {seconds:g} s"
        case _:
            yield from of_one(problem)


def of_one(problem: Problem) -> Iterator[str]:
    """Of the kinds that name one thing."""
    match problem:
        case NotFound(kind=kind, id=id):
            yield f"{kind.lower()} {id}"
        case WrongState(kind=kind, id=id, phase=phase):
            yield f"{kind.lower()} {id} is {phase}"
        case WrongMethod(path=path, allowed=allowed):
            yield f"{path} has {', '.join(allowed)}"
        case WrongContentType(given=given, allowed=allowed):
            yield f'it is "{given}"; allowed: {", ".join(allowed)}'
        case Malformed(reason=reason) | NotEmulated(reason=reason):
            yield reason
        case BadLink(expired=expired):
            yield "its time is over" if expired else "it was altered, or is of another server"
