"""Which requests there can be: the documented ones, held against the globs of a rule."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from emulator.core.scenario.schema.diagnostics import quote

PIECES = re.compile(r"\[!?\]?[^\]]*\]|[\s\S]")  # of a glob; a bracket that does not end is itself
PARAMETER = re.compile(r"\{[^{}]*\}")
ANY, MANY = "{", "}"  # of a template: one character of a parameter, and more of them


class Route(Struct, frozen=True):
    """One documented request; ``path`` is a template, below the provider's address."""

    provider: str
    operation: str
    methods: tuple[str, ...]
    path: str
    has_id: bool = True
    any_case: bool = False
    any_end: bool = False  # a slash may follow

    def fits(self, glob: str) -> bool:
        """Whether there is a path that both are like."""
        given, path = (glob.lower(), self.path.lower()) if self.any_case else (glob, self.path)
        ends = (path, f"{path}/") if self.any_end else (path,)
        return any(can_meet(given, end) for end in ends)


class WantedRequest(Struct, frozen=True):
    """What a rule or a pattern wants of a request."""

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    job: str | None = None


class Impossible(Struct, frozen=True):
    """Why no documented request is like that: the key that says too much, and what is right."""

    key: str
    what: str
    is_misspelled: bool = False  # no request at all can be like that, documented or not
    given: str = ""
    allowed: tuple[str, ...] = ()


def find_impossible(wish: WantedRequest, routes: Sequence[Route]) -> Impossible | None:
    """None: some of the requests can be like that, or nobody knows which there are."""
    left = tuple(routes)
    for key, glob in (("operation", wish.operation), ("path", wish.path), ("method", wish.method)):
        if glob is None or not left:
            continue
        found = tuple(one for one in left if FITS[key](one, glob))
        if not found:
            return REASONS[key](glob, left)
        left = found
    if wish.job is not None and left and not any(one.has_id for one in left):
        what = f"no path of {names(left)} has an id in it, so that {quote(wish.job)} is in none"
        return Impossible("job", what)
    return None


def no_path(glob: str, left: Sequence[Route]) -> Impossible:
    paths = tuple(dict.fromkeys(one.path for one in left))
    right = next((one for one in repair_glob(glob, left) if any(r.fits(one) for r in left)), None)
    if right is None:
        what = f"no documented path is like {quote(glob)}"
        return Impossible("path", what, given=glob, allowed=paths)
    begin = "a path begins with a slash" if glob[:1] != "/" else "a path has no prefix of ours"
    what = f"{begin}: {quote(glob)}; did you mean {quote(right)}"
    return Impossible("path", what, is_misspelled=True)


def repair_glob(glob: str, left: Sequence[Route]) -> Iterator[str]:
    """The path without the provider's prefix, and with its slash."""
    whole = f"/{glob.removeprefix('/')}"
    for name in dict.fromkeys(one.provider for one in left):
        for prefix in (f"/{name.replace('_', '-')}", f"/{name}"):
            if whole.startswith(f"{prefix}/"):
                yield whole.removeprefix(prefix)
    yield whole


def no_operation(glob: str, left: Sequence[Route]) -> Impossible:
    what = f"unknown operation {quote(glob)}"
    ids = tuple(one.operation for one in left)
    return Impossible("operation", what, given=glob, allowed=ids)


def no_method(glob: str, left: Sequence[Route]) -> Impossible:
    methods = tuple(dict.fromkeys(method for one in left for method in one.methods))
    what = f"{names(left)} {'has' if len(left) == 1 else 'have'} no method {glob}"
    return Impossible("method", what, given=glob, allowed=methods)


def names(routes: Sequence[Route]) -> str:
    if len(routes) == 1:
        return routes[0].operation
    return "these operations"


Fitting = Callable[[Route, str], bool]
FITS: dict[str, Fitting] = {
    "path": Route.fits,
    "operation": lambda route, glob: fnmatchcase(route.operation, glob),
    "method": lambda route, glob: any(fnmatchcase(method, glob) for method in route.methods),
}
REASONS: dict[str, Callable[[str, Sequence[Route]], Impossible]] = {
    "path": no_path,
    "operation": no_operation,
    "method": no_method,
}


def can_meet(glob: str, template: str) -> bool:
    """Whether some path is like the glob and like the template, ``/v2/jobs/{id}``."""
    wanted = PIECES.findall(glob)
    literal = PARAMETER.sub(ANY + MANY, template)
    states = {(0, 0)}
    seen: set[tuple[int, int]] = set()
    while states:
        state = states.pop()
        if state == (len(wanted), len(literal)):
            return True
        if state not in seen:
            seen.add(state)
            states.update(steps(wanted, literal, *state))
    return False


def steps(wanted: Sequence[str], literal: str, at: int, on: int) -> Iterator[tuple[int, int]]:
    """From how much of the two has been gone through to how much after one more character."""
    piece = wanted[at] if at < len(wanted) else ""
    sign = literal[on] if on < len(literal) else ""
    if piece == "*":
        yield at + 1, on
    if sign == MANY:
        yield at, on + 1
    if piece and sign and similarity_of(piece, sign):
        yield (at if piece == "*" else at + 1), (on if sign == MANY else on + 1)


def similarity_of(piece: str, sign: str) -> bool:
    """Whether there is a character that is like both."""
    if sign in (ANY, MANY):
        return piece != "/"
    return fnmatchcase(sign, piece)
