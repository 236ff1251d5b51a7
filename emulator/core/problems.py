"""Problem and its kinds: what can be refused, in words no provider owns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from msgspec import Struct

Place = Literal["path", "query", "header", "body", "status"]


class Breach(Struct, frozen=True):
    """One way in which a message leaves the contract.

    ``keyword`` is the JSON Schema keyword that was broken ("type", "enum", "required", ...), or
    "repeated" for a scalar parameter sent twice. ``path`` leads from the top of the body, or is the
    parameter's name; for "required" and "additionalProperties" its last entry is the property in
    question.
    """

    place: Place
    path: tuple[str | int, ...]
    keyword: str
    expected: Any = None  # the keyword's value in the schema; of "type" always a list
    actual: Any = None
    message: str = ""

    @property
    def name(self) -> str:
        """The dotted path: ``language_config.languages.0``."""
        return ".".join(str(step) for step in self.path)


class Problem(Exception):
    """A request that cannot be served; raised where it is found, dressed by the envelope."""


@dataclass(eq=False)
class NoOperation(Problem):
    """No documented path matches."""

    method: str
    path: str


@dataclass(eq=False)
class WrongMethod(Problem):
    """The path is documented, the method is not; ``allowed`` names those that are."""

    method: str
    path: str
    allowed: tuple[str, ...]


class NoKey(Problem):
    """The request carries no credential."""


@dataclass(eq=False)
class UnknownKey(Problem):
    """The credential belongs to nobody. ``scheme`` is the security scheme's name."""

    scheme: str = ""


@dataclass(eq=False)
class ExpiredKey(Problem):
    """The credential was good once."""

    scheme: str = ""


@dataclass(eq=False)
class RevokedKey(Problem):
    """The credential was taken back."""

    scheme: str = ""


class Forbidden(Problem):
    """The credential is good and this is not for it."""


class OutOfQuota(Problem):
    """The account behind the credential has nothing left to spend."""


@dataclass(eq=False)
class TooManyRequests(Problem):
    """The account asks more often than it may."""

    retry_after_seconds: float = 1.0


@dataclass(eq=False)
class NotFound(Problem):
    """No record of that kind has that id."""

    kind: str
    id: str


@dataclass(eq=False)
class Invalid(Problem):
    """The request breaks the contract, in one or more ways."""

    breaches: tuple[Breach, ...]


@dataclass(eq=False)
class Malformed(Problem):
    """The body cannot be read as what it says it is. ``reason`` is for people."""

    reason: str
    body: bytes = b""


@dataclass(eq=False)
class WrongContentType(Problem):
    """The body's media type is none of ``allowed``."""

    given: str
    allowed: tuple[str, ...]


class TooLarge(Problem):
    """The body is larger than the server takes."""


class HeadersTooLarge(Problem):
    """The header section is larger than the server takes (RFC 6585, 5)."""


@dataclass(eq=False)
class WrongState(Problem):
    """The record is there, and in a phase that does not allow what was asked."""

    kind: str
    id: str
    phase: str


@dataclass(eq=False)
class BadLink(Problem):
    """A signed URL that was altered, or whose time is over."""

    expired: bool
    path: str = ""


@dataclass(eq=False)
class Refused(Problem):
    """A refusal that one provider alone knows, by the code in its own table of errors."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Unavailable(Problem):
    """The service is there and cannot serve now."""

    retry_after_seconds: float | None = None


@dataclass(eq=False)
class Broken(Problem):
    """The service failed; ``reasons`` tells of a bug of ours."""

    reasons: tuple[str, ...] = ()


@dataclass(eq=False)
class Scripted(Problem):
    """A status that a scenario's fault asks for, and that no other kind stands for."""

    status: int = 500
    retry_after_seconds: float | None = None

    @property
    def phrase(self) -> str:
        """The standard's reason phrase (RFC 9110, 15); for other statuses the digits."""
        known = {one.value: one.phrase for one in HTTPStatus}
        return known.get(self.status, str(self.status))


@dataclass(eq=False)
class NotEmulated(Problem):
    """A documented operation that is not there yet."""

    operation_id: str
    reason: str


def reason_of(problem: Problem | None) -> str:
    """Why it is the emulator, not the service, that cannot serve; empty: it is the service."""
    if isinstance(problem, NotEmulated):
        return problem.reason
    return "; ".join(problem.reasons) if isinstance(problem, Broken) else ""


PROBLEMS: Sequence[type[Problem]] = (
    NoOperation,
    WrongMethod,
    NoKey,
    UnknownKey,
    ExpiredKey,
    RevokedKey,
    Forbidden,
    OutOfQuota,
    TooManyRequests,
    NotFound,
    Invalid,
    Malformed,
    WrongContentType,
    TooLarge,
    HeadersTooLarge,
    WrongState,
    BadLink,
    Refused,
    Unavailable,
    Broken,
    Scripted,
    NotEmulated,
)
