"""The locales of batch transcription, and their base models."""

import pytest

from emulator.providers.azure_speech.locales import (
    LOCALES,
    base_model_path,
    canonical,
    locale_for,
    locale_of_base_model,
)


@pytest.mark.parametrize(
    ("given", "locale"),
    [
        ("en-US", "en-US"),
        ("EN-us", "en-US"),
        ("zh-cn-SICHUAN", "zh-CN-sichuan"),
        ("fil-PH", "fil-PH"),
        ("en", None),
        ("xx-XX", None),
        ("", None),
    ],
)
def test_a_locale_is_known_in_any_case(given: str, locale: str | None) -> None:
    assert canonical(given) == locale


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("en", "en-US"),
        ("de", "de-DE"),
        ("de-at", "de-AT"),
        ("pt_PT", "pt-PT"),
        ("pt", "pt-BR"),
        ("fil", "fil-PH"),
        ("tlh", "en-US"),
    ],
)
def test_a_language_without_a_region_gets_one(language: str, locale: str) -> None:
    assert locale_for(language) == locale


def test_every_locale_has_a_base_model_of_its_own() -> None:
    paths = {base_model_path(locale) for locale in LOCALES}

    assert len(paths) == len(LOCALES)


def test_the_base_model_of_a_locale_is_always_the_same() -> None:
    path = base_model_path("en-US")

    assert path == "/speechtotext/v3.1/models/base/3d6f9ced-cc80-41cb-89f8-1d20e246796a"
    assert locale_of_base_model(path) == "en-US"


@pytest.mark.parametrize("folder", ["models/base", "models"])
def test_a_model_that_is_nobodys_default_has_no_locale(folder: str) -> None:
    path = f"/speechtotext/v3.1/{folder}/827712a5-f942-4997-91c3-7c6cde35600b"

    assert locale_of_base_model(path) is None
