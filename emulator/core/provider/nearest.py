"""Nearest: the documented operations that look most like what a client asked for."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest

from emulator.core.provider.provider import Provider

NEAREST = 3  # alternatives that are shown
LEAST_LIKENESS = 0.5  # of a path that is named as an alternative
TEMPLATE = 0.8  # how like a path parameter is to whatever stands there
LONGEST_PATH = 500  # characters of a path that is compared: the time grows with them


def nearest_documented(
    method: str, path: str, providers: Iterable[Provider], named: str
) -> tuple[str, ...]:
    """The operations that look most like the request; of the provider ``named``, if it has one."""
    if len(path) > LONGEST_PATH:
        return ()
    found = []
    alike_segments = cache(segment_likeness)  # the same ones come again and again
    for provider in providers:
        if named not in ("", provider.name):
            continue
        prefix = "" if named else f"/{provider.slug}"
        for operation in provider.contract.operations.values():
            alike = max(
                likeness(path, start + operation.path, alike_segments) for start in {"", prefix}
            )
            if alike >= LEAST_LIKENESS:
                bonus = 0.05 if operation.method == method else 0.0
                found.append(
                    (alike + bonus, f"{operation.method} {prefix}{operation.path} ({operation.id})")
                )
    found.sort(key=lambda pair: -pair[0])
    return tuple(said for _, said in found[:NEAREST])


def likeness(path: str, template: str, compare: Callable[[str, str], float]) -> float:
    """From 0 to 1, segment by segment."""
    pairs = list(zip_longest(path.strip("/").split("/"), template.strip("/").split("/")))
    return sum(compare(given or "", wanted or "") for given, wanted in pairs) / len(pairs)


def segment_likeness(given: str, wanted: str) -> float:
    if "{" in wanted:
        return TEMPLATE if given else 0.0
    return SequenceMatcher(None, given.lower(), wanted.lower()).ratio()
