"""The filter grammar."""

from datetime import UTC, datetime

import pytest

from emulator.core.http.problems import Refused
from emulator.providers.azure_speech import filters

PROPERTIES: filters.Properties = {
    "displayName": str,
    "description": str,
    "createdDateTime": datetime,
    "status": frozenset({"NotStarted", "Running", "Succeeded", "Failed"}),
}
VALUES: filters.Values = {
    "displayName": "Ann's test",
    "description": None,
    "createdDateTime": datetime(2022, 2, 1, 11, tzinfo=UTC),
    "status": "Running",
}
NAMES = "displayName, description, createdDateTime, status"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("status eq 'Running'", True),
        ("status eq 'Failed'", False),
        ("status ne 'Failed'", True),
        ("displayName eq 'Ann''s test'", True),
        ("displayName eq 'ann''s test'", False),
        ("displayName eq ''", False),
        ("description eq 'x'", False),
        ("description ne 'x'", True),
        ("createdDateTime eq 2022-02-01T11:00:00Z", True),
        ("createdDateTime ne 2022-02-01T11:00:00Z", False),
        ("createdDateTime gt 2022-02-01T11:00:00Z", False),
        ("createdDateTime gt 2022-02-01T10:59:59.9Z", True),
        ("createdDateTime ge 2022-02-01T11:00:00Z", True),
        ("createdDateTime lt 2022-02-01T11:00Z", False),
        ("createdDateTime lt 2022-02-01T12:00:00+00:30", True),
        ("createdDateTime le 2022-02-01T12:00:00+01:00", True),
        ("status eq 'NotStarted' or status eq 'Running'", True),
        ("status eq 'Running' and displayName eq 'x'", False),
        ("status eq 'Running' or displayName eq 'x' and displayName eq 'y'", True),
        ("(status eq 'Running' or displayName eq 'x') and displayName eq 'y'", False),
        ("not status eq 'Running' or status eq 'Running'", True),
        ("not (status eq 'Running' or status eq 'Failed')", False),
        ("not not status eq 'Running'", True),
        ("((status eq 'Running'))", True),
        ("  status   eq\t'Running'  ", True),
    ],
)
def test_a_filter_answers_for_an_entity(text: str, fits: bool) -> None:
    assert filters.parse(text, PROPERTIES)(VALUES) is fits


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("   ", f"'the end' is none of {NAMES}"),
        ("status", "'the end' is no operator of status"),
        ("status eq", "'the end' is no value of status"),
        ("status eq Running", "'Running' is no value of status"),
        ("status eq 'Done'", "''Done'' is no value of status"),
        ("status gt 'Running'", "'gt' is no operator of status"),
        ("status = 'Running'", "'= 'Running'' is not expected"),
        ("status eq 'Running", "''Running' is not expected"),
        ("status eq 'Running'and status eq 'x'", "''Running'and status eq 'x'' is not expected"),
        ("Status eq 'Running'", f"'Status' is none of {NAMES}"),
        ("self eq 'x'", f"'self' is none of {NAMES}"),
        ("status EQ 'Running'", "'EQ' is no operator of status"),
        (
            "displayName eq 2022-02-01T11:00:00Z",
            "'2022-02-01T11:00:00Z' is no value of displayName",
        ),
        (
            "createdDateTime gt '2022-02-01T11:00:00Z'",
            "''2022-02-01T11:00:00Z'' is no value of createdDateTime",
        ),
        (
            "createdDateTime gt 2022-02-30T11:00:00Z",
            "'2022-02-30T11:00:00Z' is no value of createdDateTime",
        ),
        ("createdDateTime gt 2022-02-01", "'2022-02-01' is not expected"),
        ("startswith(displayName, 'x')", "', 'x')' is not expected"),
        ("contains (displayName)", f"'contains' is none of {NAMES}"),
        ("status eq 'Running' status eq 'Failed'", "'status' is not expected"),
        ("status eq 'Running' and", f"'the end' is none of {NAMES}"),
        ("(status eq 'Running'", "')' is expected instead of 'the end'"),
        ("status eq 'Running')", "')' is not expected"),
        ("()", f"')' is none of {NAMES}"),
        ("(" * 52 + "status eq 'Running'" + ")" * 52, "it is nested too deeply"),
        ("not " * 5000 + "status eq 'Running'", "it is nested too deeply"),
    ],
)
def test_what_is_outside_the_grammar_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        filters.parse(text, PROPERTIES)

    assert refusal.value.code == "UnsupportedFilter"
    assert refusal.value.details == {"messages": (f"The filter is not supported: {reason}.",)}
