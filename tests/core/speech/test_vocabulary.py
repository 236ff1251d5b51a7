"""The word lists that the build takes from Faker, and what happens without them."""

from pathlib import Path

import faker.providers.lorem
import pytest

from emulator.core.speech.vocabulary import (
    LOCALES,
    NoWordLists,
    check_word_lists,
    faker_words,
    has_language,
    locale_for,
    word_list,
)
from hatch_build import write_words

LANGUAGES = sorted(LOCALES)
REMEDY = (
    "install this checkout, which builds them (pip install -e .), or Faker, from which they are "
    "taken (pip install 'speech-emulator[faker]')"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "words"
    write_words(folder)
    return folder


def no_faker(locale: str) -> list[str]:
    raise AssertionError(f"Faker is asked for {locale}")


@pytest.mark.parametrize(
    ("language", "locale", "fallback"),
    [
        ("en", "en_US", False),
        ("en-PH", "en_US", False),
        ("de-DE", "de_DE", False),
        ("DE_at", "de_AT", False),
        ("de-CH-1996", "de_DE", False),
        ("es-419", "es_ES", False),
        ("zh-cn", "zh_CN", False),
        ("zh-Hant-HK", "zh_TW", False),
        ("yue", "zh_TW", False),
        ("pt-br", "en_US", True),
        ("auto", "en_US", True),
        ("", "en_US", True),
    ],
)
def test_a_language_has_its_locale_or_falls_back(
    language: str, locale: str, fallback: bool
) -> None:
    assert locale_for(language) == (locale, fallback)
    assert has_language(language) is not fallback


def test_the_table_has_every_locale_that_faker_has_words_in() -> None:
    folder = Path(faker.providers.lorem.__file__).parent
    there = {one.name for one in folder.iterdir() if (one / "__init__.py").exists()}

    assert set(LOCALES.values()) == there - {"en_PH"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_list_holds_single_words(built: Path, language: str) -> None:
    words = word_list(language, built, no_faker)

    assert len(words) > 70
    assert all(word and not set(word) & set(" .,:;?!…()0123456789") for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_built_list_has_fakers_words_in_fakers_order(built: Path, language: str) -> None:
    words = word_list(language, built, no_faker)

    assert words == faker_words(locale_for(language)[0])


def test_a_list_is_a_file_with_a_word_in_each_line(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {
        f"{locale}.txt" for locale in LOCALES.values()
    }
    assert (built / "vi_VN.txt").read_text("utf-8").split("\n")[:3] == ["cái", "đó", "là"]


def test_lists_that_were_built_are_written_anew_by_the_next_build(tmp_path: Path) -> None:
    (tmp_path / "en_US.txt").write_text("old")

    write_words(tmp_path)

    assert len(word_list("en", tmp_path, no_faker)) > 70


def test_what_no_list_has_comes_from_faker(tmp_path: Path) -> None:
    assert word_list("de-CH", tmp_path) == faker_words("de_DE")


def test_words_that_nobody_has_are_refused_with_what_to_do() -> None:
    with pytest.raises(NoWordLists) as refused:
        faker_words("xx_XX")

    assert str(refused.value) == f"there is no word list for xx_XX: {REMEDY}"


def test_a_start_without_word_lists_needs_faker(built: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "words"

    check_word_lists(built, lambda _: None)
    check_word_lists(nowhere)
    with pytest.raises(NoWordLists) as refused:
        check_word_lists(nowhere, lambda _: None)

    assert str(refused.value) == f"there are no word lists: {REMEDY}"
