"""Presets of redaction, and what each of them hides."""

import pytest

from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.entities import find_entities, redact_entities
from emulator.providers.gladia.presets import EVERYTHING, PRESETS, covers
from emulator.providers.gladia.requests import Redaction
from tests.providers.gladia.jobs import done, script, stretch, transcript
from tests.support.clients import bench

SAYS_ANN = (
    "My number is 555-010-1234 on 2026-03-01 at 10:30 for $250.50, I am Ann Porter "
    "and https://ann.test since 1999"
)


@pytest.mark.parametrize(
    ("preset", "text"),
    [
        *(
            (
                law,
                "My number is [PHONE_NUMBER_1] on 2026-03-01 at 10:30 for $250.50, I am [NAME_1] "
                "and [URL_1] since 1999",
            )
            for law in ("GDPR", "CPRA")
        ),
        (
            "APPI",
            "My number is [PHONE_NUMBER_1] on 2026-03-01 at 10:30 for $250.50, I am [NAME_1] "
            "and https://ann.test since 1999",
        ),
        (
            "HIPAA_SAFE_HARBOR",
            "My number is [PHONE_NUMBER_1] on [DATE_1] at 10:30 for $250.50, I am [NAME_1] "
            "and [URL_1] since [YEAR_1]",
        ),
        *(
            (
                preset,
                "My number is [PHONE_NUMBER_1] on [DATE_1] at 10:30 for $250.50, I am [NAME_1] "
                "and [URL_1] since 1999",
            )
            for preset in ("QUEBEC_PRIVACY_ACT", "CORE_ENTITIES")
        ),
        *(
            (preset, SAYS_ANN)
            for preset in ("APPI_SENSITIVE", "GDPR_SENSITIVE", "HEALTH_INFORMATION", "PCI")
        ),
        (
            "CCI",
            "My number is 555-010-1234 on 2026-03-01 at [TIME_1] for [MONEY_1], I am Ann Porter "
            "and https://ann.test since 1999",
        ),
        (
            "NUMERICAL_EXCL_PCI",
            "My number is [PHONE_NUMBER_1] on [DATE_1] at [TIME_1] for [MONEY_1], I am Ann Porter "
            "and https://ann.test since [YEAR_1]",
        ),
        (
            "LIDI",
            "My number is [PHONE_NUMBER_1] on [DATE_1] at [TIME_1] for [MONEY_1], I am [NAME_1] "
            "and [URL_1] since [YEAR_1]",
        ),
    ],
)
def test_a_preset_hides_what_it_lists(preset: str, text: str) -> None:
    said = transcript([stretch(SAYS_ANN)])

    hidden = redact_entities(
        said, find_entities(said, made_up=False), Redaction((preset,), masked=False)
    )

    assert hidden.text == text


def test_a_job_under_the_gdpr_keeps_dates_times_and_money() -> None:
    b = bench(GLADIA, script("Ann: On 2026-03-01 at 10:30 it was $250.50 from Ben Porter."))

    result = done(b, pii_redaction=True, pii_redaction_config={"entity_types": ["GDPR"]})

    assert result["transcription"]["full_transcript"] == (
        "On 2026-03-01 at 10:30 it was $250.50 from [NAME_1]."
    )


@pytest.mark.parametrize(
    ("kind", "types", "hidden"),
    [
        ("NAME", (), True),
        ("NAME", ("PCI",), False),
        ("NAME", ("PCI", "NAME"), True),
        ("CREDIT_CARD", ("PCI",), True),
        ("CREDIT_CARD", ("NUMERICAL_EXCL_PCI",), False),
        ("DRUG", ("HEALTH_INFORMATION",), True),
        ("RELIGION", ("GDPR_SENSITIVE",), True),
        ("ORGANIZATION", ("QUEBEC_PRIVACY_ACT",), True),
        ("ORGANIZATION", ("GDPR",), False),
        ("LOCATION_STATE", ("HIPAA_SAFE_HARBOR",), False),
        ("LOCATION_STATE", ("LOCATION",), True),
        ("NAME_GIVEN", ("NAME",), True),
        ("NAME", ("NAME_GIVEN",), False),
        ("DATE", ("DATE_INTERVAL", "TIME"), False),
        ("DATE", ("TIME", "DATE"), True),
    ],
)
def test_a_type_is_taken_in_by_its_family_and_by_presets(
    kind: str, types: tuple[str, ...], hidden: bool
) -> None:
    assert covers(types, kind) is hidden


def test_a_preset_is_no_type_of_an_entity() -> None:
    types = GLADIA.contract.spec["components"]["schemas"]["PiiEntityType"]["enum"]
    grouped = {kind for kinds in PRESETS.values() for kind in kinds}

    assert EVERYTHING | PRESETS.keys() == set(types[: types.index("ACCOUNT_NUMBER")])
    assert grouped <= set(types[types.index("ACCOUNT_NUMBER") :])
