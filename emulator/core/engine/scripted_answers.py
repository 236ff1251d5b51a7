"""Scripted answers: what a fault puts in an operation's place, in the provider's words."""

from collections.abc import Callable, Mapping
from math import ceil

from msgspec.structs import replace

from emulator.core.faults.model import ScriptedAnswer
from emulator.core.http.messages import Request, Response, json_response
from emulator.core.http.problems import (
    Broken,
    Forbidden,
    NotFound,
    OutOfQuota,
    Problem,
    Scripted,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnknownKey,
)
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider

FIRST_ERROR = 400

# What stands for a status, from the answer that is asked for and the scheme of the key; where the
# provider says it with another status, Scripted does.
PROBLEM_OF_STATUS: Mapping[int, Callable[[ScriptedAnswer, str], Problem]] = {
    401: lambda asked, scheme: UnknownKey(scheme),
    402: lambda asked, scheme: OutOfQuota(),
    403: lambda asked, scheme: Forbidden(),
    404: lambda asked, scheme: NotFound("", ""),
    413: lambda asked, scheme: TooLarge(),
    429: lambda asked, scheme: (
        TooManyRequests()
        if asked.retry_after_seconds is None
        else TooManyRequests(asked.retry_after_seconds)
    ),
    500: lambda asked, scheme: Broken(),
    503: lambda asked, scheme: Unavailable(asked.retry_after_seconds),
}


def scripted_answer(
    provider: Provider, request: Request, backend: Backend, asked: ScriptedAnswer, scheme: str
) -> tuple[Problem, Response]:
    """The answer, and the kind of problem that it says; ``scheme``: of the key that was shown."""
    other = Scripted(asked.status, asked.retry_after_seconds)
    problem: Problem = other
    response = plain_answer(asked)
    if asked.body is None and asked.status >= FIRST_ERROR:
        kind = PROBLEM_OF_STATUS.get(asked.status)
        problem = kind(asked, scheme) if kind else other
        response = provider.envelope(problem, request, backend)
        if response.status != asked.status:
            problem, response = other, provider.envelope(other, request, backend)
    response = provider.finish(request, response, backend)
    return problem, replace(response, headers=scripted_headers(asked, response))


def plain_answer(asked: ScriptedAnswer) -> Response:
    """With the body that is asked for, or none."""
    if asked.body is None:
        return Response(asked.status)
    if isinstance(asked.body, str):
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        return Response(asked.status, asked.body.encode(), plain)
    return json_response(asked.status, asked.body)


def scripted_headers(asked: ScriptedAnswer, response: Response) -> dict[str, str]:
    """Those that are asked for go before those of the provider."""
    seconds = asked.retry_after_seconds
    waiting = {} if seconds is None else {"Retry-After": str(ceil(seconds))}
    given = {**waiting, **asked.headers}
    names = {name.lower() for name in given}
    kept = {name: value for name, value in response.headers.items() if name.lower() not in names}
    return kept | given
