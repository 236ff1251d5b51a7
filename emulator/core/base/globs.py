"""Globs: patterns as file names have them, made ready to be asked many times."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from operator import eq, methodcaller

GlobTest = Callable[[str], bool]
GlobsTest = Callable[[Sequence[str]], bool]

WILDCARDS = frozenset("*?[")


def compile_glob(glob: str) -> GlobTest:
    """``fnmatchcase`` with that glob; the usual ones need no regular expression."""
    inner = glob.strip("*")
    if not WILDCARDS.isdisjoint(inner):
        return lambda text: fnmatchcase(text, glob)
    open_before, open_after = glob.startswith("*"), glob.endswith("*")
    if open_before and open_after:
        return methodcaller("__contains__", inner)
    if open_before:
        return methodcaller("endswith", inner)
    return methodcaller("startswith", inner) if open_after else partial(eq, inner)


def compile_globs(*globs: str | None) -> GlobsTest:
    """Of facts in the same order; None fits everything."""
    asked = tuple(
        (place, compile_glob(glob)) for place, glob in enumerate(globs) if glob is not None
    )

    def fits_all(facts: Sequence[str]) -> bool:
        for place, fits in asked:  # noqa: SIM110 - all() takes twice as long, for each of the rules
            if not fits(facts[place]):
                return False
        return True

    return fits_all
