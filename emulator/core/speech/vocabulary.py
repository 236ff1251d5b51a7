"""The words of each language: lists that are taken from Faker when the package is built.

hatch_build.py runs this file where nothing but Faker is installed: all else that it imports is
Python's own.
"""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

FALLBACK = "en_US"
INSTALL_HINT = (
    "install this checkout, which builds them (pip install -e .), or Faker, from which they are "
    "taken (pip install 'speech-emulator[faker]')"
)

# Faker's locale of each language; a region that is not here has the words of its language.
# en_PH is left out, since its list is Latin.
LOCALES: Mapping[str, str] = {
    "ar": "ar_AA",
    "az": "az_AZ",
    "bn": "bn_BD",
    "cs": "cs_CZ",
    "da": "da_DK",
    "de": "de_DE",
    "de-at": "de_AT",
    "el": "el_GR",
    "en": "en_US",
    "es": "es_ES",
    "es-ar": "es_AR",
    "es-mx": "es_MX",
    "fa": "fa_IR",
    "fil": "fil_PH",
    "fr": "fr_FR",
    "he": "he_IL",
    "hy": "hy_AM",
    "it": "it_IT",
    "iw": "he_IL",  # the code of Hebrew until 1989
    "ja": "ja_JP",
    "la": "la",
    "mk": "mk_MK",
    "nl": "nl_NL",
    "nl-be": "nl_BE",
    "pl": "pl_PL",
    "ru": "ru_RU",
    "th": "th_TH",
    "tl": "tl_PH",
    "uk": "uk_UA",
    "vi": "vi_VN",
    "wuu": "zh_CN",  # Wu and Cantonese are written with the same characters
    "yue": "zh_TW",
    "zh": "zh_CN",
    "zh-hant": "zh_TW",
    "zh-hk": "zh_TW",
    "zh-mo": "zh_TW",
    "zh-tw": "zh_TW",
}

# A word list holds phrases, numbers and abbreviations too.
LOOSE_MARKS = ".,:;?!-…"
NO_WORD = re.compile(r"[\s\d.,:;?!؟…–—()]")


class NoWordLists(Exception):
    """Nothing can be said: the word lists were not built, and Faker has none either."""


def locale_for(language: str) -> tuple[str, bool]:
    """Faker's locale for a language code, and whether it stands in for one that Faker lacks."""
    code = language.replace("_", "-").lower()
    while code and code not in LOCALES:
        code = code.rpartition("-")[0]
    return LOCALES.get(code, FALLBACK), code not in LOCALES


def has_language(language: str) -> bool:
    return not locale_for(language)[1]


def faker_words(locale: str) -> list[str]:
    """Faker's words of a locale, each without blanks, digits and punctuation.

    Raises NoWordLists.
    """
    try:
        from faker.generator import Generator

        module = import_module(f"faker.providers.lorem.{locale}")
    except ImportError:
        raise NoWordLists(f"there is no word list for {locale}: {INSTALL_HINT}") from None
    words: list[str] = module.Provider(Generator()).get_words_list()
    bare = (word.strip(LOOSE_MARKS) for word in words)
    return [word for word in bare if word and not NO_WORD.search(word)]


def word_list(
    language: str, folder: Path, otherwise: Callable[[str], list[str]] = faker_words
) -> list[str]:
    """The words of a language as the folder has them, else as Faker does.

    Raises NoWordLists.
    """
    locale = locale_for(language)[0]
    try:
        return file_of(locale, folder).read_bytes().decode().split("\n")
    except FileNotFoundError:
        return otherwise(locale)


def write_word_lists(folder: Path) -> None:
    """A file for each locale, with a word in each line. Raises NoWordLists."""
    folder.mkdir(exist_ok=True)
    for locale in sorted(set(LOCALES.values())):
        path = file_of(locale, folder)
        temporary = path.with_suffix(".new")  # a server that is running must not read half a list
        temporary.write_bytes("\n".join(faker_words(locale)).encode())
        temporary.replace(path)


def check_word_lists(folder: Path, find: Callable[[str], object] = find_spec) -> None:
    """Raises NoWordLists where there are none, and no Faker."""
    if not folder.is_dir() and find("faker") is None:
        raise NoWordLists(f"there are no word lists: {INSTALL_HINT}")


def file_of(locale: str, folder: Path) -> Path:
    return folder / f"{locale}.txt"
