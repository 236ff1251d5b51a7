"""Problem and its kinds: what can be refused, in words no provider owns."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import force_setattr

MOST_VIOLATIONS = 50  # of one message; nobody reads more, and a client can break thousands
MOST_CHARACTERS = 500  # of what a violation says, and of each value that it holds

Location = Literal["path", "query", "header", "body", "status"]


class Violation(Struct, frozen=True):
    """One way in which a message leaves the contract.

    ``keyword`` is the JSON Schema keyword that was broken ("type", "enum", "required", ...), or
    "repeated" for a scalar parameter sent twice. ``path`` leads from the top of the body, or is the
    parameter's name; for "required" and "additionalProperties" its last entry is the property in
    question. Texts that are too long are cut, and a large ``actual`` list or object is left empty.
    """

    place: Location
    path: tuple[str | int, ...]
    keyword: str
    expected: Any = None  # the keyword's value in the schema; of "type" always a list
    actual: Any = None
    message: str = ""

    def __post_init__(self) -> None:
        path = tuple(one if isinstance(one, int) else shorten_text(one) for one in self.path)
        force_setattr(self, "path", path)
        force_setattr(self, "actual", shorten_value(self.actual))
        force_setattr(self, "message", shorten_text(self.message))

    @property
    def name(self) -> str:
        """The dotted path: ``language_config.languages.0``."""
        return ".".join(str(step) for step in self.path)


def shorten_text(text: str, most: int = MOST_CHARACTERS) -> str:
    """A text of a client's, or with one in it, as far as it is worth to be repeated."""
    return text if len(text) <= most else f"{text[:most]}..."


def shorten_value(value: Any) -> Any:
    """The value where it is short; else the text cut, and a list or an object emptied."""
    if isinstance(value, str):
        return shorten_text(value)
    return value if is_small(value, MOST_CHARACTERS, texts=True) else type(value)()


def is_small(value: Any, most: int, *, texts: bool = False) -> bool:
    """Whether there are at most so many values in a JSON value; with ``texts`` each character
    counts, too. However large it is, no more than that is looked at.
    """
    left, rest = most, [value]
    while rest and left >= 0:
        one = rest.pop()
        if isinstance(one, dict):
            left -= len(one) + (sum(map(len, one)) if texts and len(one) <= left else 0)
            rest += one.values() if left >= 0 else ()
        elif isinstance(one, list):
            left -= len(one)
            rest += one if left >= 0 else ()
        elif texts and isinstance(one, str):
            left -= len(one)
    return left >= 0


class Problem(Exception):
    """A request that cannot be served; raised where it is found, dressed by the envelope."""


class NoOperation(Problem):
    """No documented path matches."""

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path


class WrongMethod(Problem):
    """The path is documented, the method is not; ``allowed`` names those that are."""

    def __init__(self, method: str, path: str, allowed: tuple[str, ...]) -> None:
        self.method = method
        self.path = path
        self.allowed = allowed


class NoKey(Problem):
    """The request carries no credential."""


class UnknownKey(Problem):
    """The credential belongs to nobody. ``scheme`` is the security scheme's name."""

    def __init__(self, scheme: str = "") -> None:
        self.scheme = scheme


class ExpiredKey(Problem):
    """The credential was good once."""

    def __init__(self, scheme: str = "") -> None:
        self.scheme = scheme


class RevokedKey(Problem):
    """The credential was taken back."""

    def __init__(self, scheme: str = "") -> None:
        self.scheme = scheme


class Forbidden(Problem):
    """The credential is good and this is not for it."""


class OutOfQuota(Problem):
    """The account behind the credential has nothing left to spend."""


class TooManyRequests(Problem):
    """The account asks more often than it may; ``limit`` says how often that is, for people."""

    def __init__(self, retry_after_seconds: float = 1.0, limit: str = "") -> None:
        self.retry_after_seconds = retry_after_seconds
        self.limit = limit


class NotFound(Problem):
    """No record of that kind has that id."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind = kind
        self.id = id


class Invalid(Problem):
    """The request breaks the contract, in one or more ways; the first of very many are kept."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations[:MOST_VIOLATIONS]


class Malformed(Problem):
    """The body cannot be read as what it says it is. ``reason`` is for people."""

    def __init__(self, reason: str, body: bytes = b"") -> None:
        self.reason = reason
        self.body = body


class WrongContentType(Problem):
    """The body's media type is none of ``allowed``."""

    def __init__(self, given: str, allowed: tuple[str, ...]) -> None:
        self.given = shorten_text(given)
        self.allowed = allowed


class UnsupportedContentEncoding(Problem):
    """The body is compressed, or encoded in another way, and is not decoded here."""

    def __init__(self, given: str) -> None:
        self.given = shorten_text(given)


class TooLarge(Problem):
    """The body is larger than the server takes."""


class HeadersTooLarge(Problem):
    """The header section is larger than the server takes (RFC 6585, 5)."""


class WrongState(Problem):
    """The record is there, and in a phase that does not allow what was asked."""

    def __init__(self, kind: str, id: str, phase: str) -> None:
        self.kind = kind
        self.id = id
        self.phase = phase


class BadLink(Problem):
    """A signed URL that was altered, or whose time is over."""

    def __init__(self, expired: bool, path: str = "") -> None:
        self.expired = expired
        self.path = path


class Refused(Problem):
    """A refusal that one provider alone knows, by the code in its own table of errors."""

    def __init__(self, code: str, details: dict[str, Any] | None = None) -> None:
        self.code = code
        self.details = details or {}


class Unavailable(Problem):
    """The service is there and cannot serve now; ``reasons`` tells what this machine lacks."""

    def __init__(
        self, retry_after_seconds: float | None = None, reasons: tuple[str, ...] = ()
    ) -> None:
        self.retry_after_seconds = retry_after_seconds
        self.reasons = reasons


class Broken(Problem):
    """The service failed; ``reasons`` tells of a bug of ours."""

    def __init__(self, reasons: tuple[str, ...] = ()) -> None:
        self.reasons = reasons


class Scripted(Problem):
    """A status that a scenario's fault asks for, and that no other kind stands for."""

    def __init__(self, status: int = 500, retry_after_seconds: float | None = None) -> None:
        self.status = status
        self.retry_after_seconds = retry_after_seconds

    @property
    def phrase(self) -> str:
        """The standard's reason phrase (RFC 9110, 15); for other statuses the digits."""
        known = {one.value: one.phrase for one in HTTPStatus}
        return known.get(self.status, str(self.status))


class NotEmulated(Problem):
    """A documented operation that is not there yet."""

    def __init__(self, operation_id: str, reason: str) -> None:
        self.operation_id = operation_id
        self.reason = reason


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
    UnsupportedContentEncoding,
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
