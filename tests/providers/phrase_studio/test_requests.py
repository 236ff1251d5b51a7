"""What clients send as a form, and what is understood."""

import pytest

from emulator.core.http.messages import Part
from emulator.core.http.problems import Invalid, Refused
from emulator.providers.phrase_studio import requests
from emulator.providers.phrase_studio.records import Choice, Settings
from tests.providers.phrase_studio.build import (
    FIELDS,
    FILES,
    NOBODY,
    PROFILE,
    PROFILES,
    create,
    refused,
    studio,
)

ONE_PROFILE = [{"subtitleProfileId": PROFILE, "languageCode": "en"}]


def text(name: str, content: str) -> Part:
    return Part(name, content.encode())


def file(name: str, filename: str = "a.mp3") -> Part:
    return Part(name, b"sound", filename, "audio/mpeg")


@pytest.mark.parametrize(
    "parts",
    [
        [("translationLanguages", '["es", "no"]')],
        [("translationLanguages", "es"), ("translationLanguages", "no")],
        [("translationLanguages", '"es"'), ("translationLanguages", '["no"]')],
        [("translationLanguages[0]", "es"), ("translationLanguages[1]", "no")],
        [("translationLanguages[1]", "no"), ("translationLanguages[0]", "es")],
        [("translationLanguages[]", "es"), ("translationLanguages[]", "no")],
    ],
)
def test_a_list_travels_in_many_ways(parts: list[tuple[str, str]]) -> None:
    found = requests.read_form(text(*part) for part in parts)

    assert found.fields == {"translationLanguages": ["es", "no"]}


@pytest.mark.parametrize(
    "parts",
    [
        [("subtitleProfiles", PROFILES)],
        [("subtitleProfiles", PROFILES[1:-1])],
        [("subtitleProfiles[0]", PROFILES[1:-1])],
    ],
)
def test_one_object_is_a_list_of_one(parts: list[tuple[str, str]]) -> None:
    found = requests.read_form(text(*part) for part in parts)

    assert found.fields == {"subtitleProfiles": ONE_PROFILE}


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("summary", "true", True),
        ("summary", "False", False),
        ("customAttributes", "TRUE", True),
        ("summary", "1", "1"),
        ("sourceLanguage", "en", "en"),
        ("sourceLanguage", "null", "null"),
        ("insights", NOBODY, [NOBODY]),
        ("insights", "", [""]),
        ("insights", "[]", []),
        ("insights", "[broken", ["[broken"]),
        ("insights", "7", [7]),
        ("glossary", '{"domain": "general"}', {"domain": "general"}),
        ("glossary", '"{\\"content\\": \\"Acme\\"}"', {"content": "Acme"}),
        ("glossary", "Acme", "Acme"),
        ("other[0]", "1", "1"),
    ],
)
def test_a_text_becomes_what_its_field_is(name: str, content: str, expected: object) -> None:
    found = requests.read_form([text(name, content)])

    assert found.fields == {name.removesuffix("[0]"): expected}


def test_a_single_value_sent_twice_is_none() -> None:
    found = requests.read_form([text("sourceLanguage", "en"), text("sourceLanguage", "de")])

    assert found.fields == {"sourceLanguage": ["en", "de"]}


def test_any_part_with_a_file_name_is_a_file() -> None:
    first, second, empty = file("files"), file("files.items"), file("files", "")

    found = requests.read_form([first, text("sourceLanguage", "en"), second, empty])

    assert (found.files, found.fields) == ((first, second), {"sourceLanguage": "en"})


@pytest.mark.parametrize(
    ("files", "urls", "code"),
    [
        (6, 0, "max_files"),
        (6, 6, "max_files"),
        (5, 1, "max_files_combined"),
        (0, 6, "max_files_combined"),
        (0, 0, "at_least_one"),
    ],
)
def test_files_and_addresses_count_together(files: int, urls: int, code: str) -> None:
    asked = requests.Form({"fileUrls": ["https://a.test/1.mp3"] * urls}, (file("f"),) * files)

    with pytest.raises(Refused) as refusal:
        requests.check_count(asked)

    assert refusal.value.code == code


@pytest.mark.parametrize(("files", "urls"), [(1, 0), (0, 1), (5, 0), (4, 1), (0, 5)])
def test_one_to_five_files_and_addresses_are_good(files: int, urls: int) -> None:
    asked = requests.Form({"fileUrls": ["https://a.test/1.mp3"] * urls}, (file("f"),) * files)

    requests.check_count(asked)

    assert asked.count == files + urls


def test_what_is_not_asked_for_is_off() -> None:
    found = requests.settings({"sourceLanguage": "en", "subtitleProfiles": ONE_PROFILE})

    assert found == Settings(
        source_language="en",
        subtitle_profiles=(Choice(PROFILE, "en"),),
        translations=(),
        dubbings=(),
        summary=False,
        custom_attributes=False,
        insights=(),
        safe_communications=(),
        pronunciations=(),
        glossary=None,
    )


def test_a_language_that_is_asked_for_twice_counts_once() -> None:
    fields = {"sourceLanguage": "en", "subtitleProfiles": [], "translationLanguages": ["es", "es"]}

    found = requests.settings(fields)

    assert found.translations == ("es",)


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("dubbingLanguages", ["es"], "'es' is not among the translation languages"),
        ("glossary", "Acme", "'Acme' is no JSON object"),
    ],
)
def test_what_no_schema_says_is_checked_too(field: str, given: object, message: str) -> None:
    fields = {"sourceLanguage": "en", "subtitleProfiles": ONE_PROFILE, field: given}

    with pytest.raises(Invalid) as refusal:
        requests.settings(fields)

    (violation,) = refusal.value.violations
    assert (violation.place, violation.path, violation.message) == ("body", (field,), message)


@pytest.mark.parametrize(
    "changes",
    [
        {"sourceLanguage": "EN"},
        {"sourceLanguage": ""},
        {"sourceLanguage": ["en", "en"]},
        {"subtitleProfiles": ""},
        {"subtitleProfiles": "{}"},
        {"subtitleProfiles": "[{]"},
        {"subtitleProfiles": PROFILES.replace(PROFILE, "42")},
        {"subtitleProfiles": PROFILES.replace('"en"', '"klingon"')},
        {"translationLanguages": "auto"},
        {"translationLanguages": '["es", null]'},
        {"translationLanguages": ["es", "xx"]},
        {"translationLanguages": "haw", "dubbingLanguages": "haw"},
        {"dubbingLanguages": "es"},
        {"summary": "yes"},
        {"summary": ""},
        {"customAttributes": ["true", "true"]},
        {"insights": "42"},
        {"safeCommunications": f"[{NOBODY}]"},
        {"pronunciations": "{}"},
        {
            "pronunciations": f'{{"pronunciationId": "{NOBODY}", "languageCode": "haw"}}',
        },
        {"glossary": "Acme"},
        {"glossary": "[]"},
        {"glossary": '{"id": "42"}'},
        {"glossary": '{"terms": "Acme"}'},
        {"fileUrls": "talk.mp3 please"},
    ],
)
def test_fields_that_do_not_validate_are_400(changes: dict[str, object]) -> None:
    b = studio()

    answer = create(b, {**FIELDS, **changes})

    assert refused(answer) == (400, "Validation failed")


@pytest.mark.parametrize("missing", ["sourceLanguage", "subtitleProfiles"])
def test_the_source_language_and_the_profiles_must_be_there(missing: str) -> None:
    b = studio()
    fields = {name: content for name, content in FIELDS.items() if name != missing}

    answer = create(b, fields, FILES)

    assert refused(answer) == (400, "Validation failed")


def test_a_field_that_nobody_knows_is_let_through() -> None:
    b = studio()

    answer = create(b, {**FIELDS, "colour": "blue"})

    assert answer.status_code == 200


def test_the_languages_are_those_of_the_published_lists() -> None:
    schemas = requests.SCHEMAS

    dubbings = schemas["DubbingLanguage"]["enum"]

    assert (len(requests.LANGUAGES), len(dubbings)) == (124, 81)
    assert set(dubbings) < set(requests.LANGUAGES)
    assert "no" in dubbings
