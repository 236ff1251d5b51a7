"""Globs that have been made ready fit what fnmatchcase lets through."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.base.globs import compile_glob, compile_globs

GLOBS = (
    *("", "*", "**", "***", "a", "a*", "*a", "*a*", "**a", "a**", "*a.b*", "a*b", "*a*b*", "a?"),
    *("?", "*?", "[ab]*", "*[!a]", "[*]", "*]", "[", "*[", "a]b", "-", "*A*", "*.wav", "\n*"),
)
TEXTS = ("", "a", "A", "ab", "ba", "aab", "a.b", "*", "]", "[", "a]b", "x.wav", "\n", "a\nb", "a\n")


@pytest.mark.parametrize("glob", GLOBS)
def test_a_glob_fits_as_it_does_for_file_names(glob: str) -> None:
    fits = compile_glob(glob)

    assert [text for text in TEXTS if fits(text)] == [
        text for text in TEXTS if fnmatchcase(text, glob)
    ]


@given(glob=st.text("ab*?[]!-\n"), text=st.text("ab*?[]!-\n"))
def test_any_glob_fits_any_text_as_it_does_for_file_names(glob: str, text: str) -> None:
    assert compile_glob(glob)(text) is fnmatchcase(text, glob)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (("gladia", "slow.wav"), True),
        (("gladia", "fast.wav"), False),
        (("aitronos", "slow.wav"), False),
    ],
)
def test_all_must_fit(facts: tuple[str, ...], expected: bool) -> None:
    assert compile_globs("gladia", "slow*")(facts) is expected


def test_what_is_not_asked_fits_everything() -> None:
    assert compile_globs(None, "b")(("anything", "b"))
    assert compile_globs(None, None)(("anything", "at all"))
