"""The reach of a filter: nothing outside it passes, and if it is exact everything inside does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.state.index import FIRST, LAST
from emulator.providers.azure_speech.filter_ranges import STATES, UNKNOWN, IndexRange
from emulator.providers.azure_speech.filters import Filter, parse
from emulator.providers.azure_speech.operations import TRANSCRIPTION_FILTERS
from emulator.providers.azure_speech.records import State
from tests.conftest import EXAMPLES

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEN = datetime(2026, 1, 5, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DONE = frozenset({"Succeeded"})


def read(text: str) -> Filter:
    return parse(text, TRANSCRIPTION_FILTERS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status eq 'Succeeded'", IndexRange(DONE)),
        ("status ne 'Succeeded'", IndexRange(STATES - DONE)),
        ("not status eq 'Succeeded'", IndexRange(STATES - DONE)),
        ("createdDateTime ge 2026-01-05T09:00:00Z", IndexRange(since=NINE)),
        ("createdDateTime ge 2026-01-05T09:00:00.5Z", IndexRange(since=NINE + SECOND)),
        ("createdDateTime gt 2026-01-05T10:00:00+01:00", IndexRange(since=NINE + SECOND)),
        ("createdDateTime lt 2026-01-05T09:00:00Z", IndexRange(until=NINE)),
        ("createdDateTime le 2026-01-05T09:00:00Z", IndexRange(until=NINE + SECOND)),
        ("createdDateTime eq 2026-01-05T09:00:00Z", IndexRange(since=NINE, until=NINE + SECOND)),
        ("not createdDateTime ge 2026-01-05T09:00:00Z", IndexRange(until=NINE)),
        ("not createdDateTime lt 2026-01-05T09:00:00Z", IndexRange(since=NINE)),
        (
            "status eq 'Succeeded' and createdDateTime ge 2026-01-05T09:00:00Z",
            IndexRange(DONE, since=NINE),
        ),
        (
            "status eq 'Succeeded' or status eq 'Failed'",
            IndexRange(frozenset({"Succeeded", "Failed"})),
        ),
        (
            "createdDateTime lt 2026-01-05T10:00:00Z or createdDateTime ge 2026-01-05T09:00:00Z",
            IndexRange(),
        ),
    ],
)
def test_states_and_makings_are_reached_exactly(text: str, expected: IndexRange) -> None:
    assert read(text).range == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("locale eq 'de-DE'", UNKNOWN),
        ("not locale eq 'de-DE'", UNKNOWN),
        ("lastActionDateTime ge 2026-01-05T09:00:00Z", UNKNOWN),
        ("createdDateTime ne 2026-01-05T09:00:00Z", UNKNOWN),
        ("createdDateTime le 9999-12-31T23:59:59Z", UNKNOWN),
        ("not createdDateTime eq 2026-01-05T09:00:00Z", UNKNOWN),
        ("status eq 'Succeeded' and locale eq 'de-DE'", IndexRange(DONE, exact=False)),
        (
            "status eq 'Succeeded' or createdDateTime ge 2026-01-05T09:00:00Z",
            IndexRange(exact=False),
        ),
        (
            "createdDateTime lt 2026-01-05T09:00:00Z or createdDateTime ge 2026-01-05T10:00:00Z",
            IndexRange(exact=False),
        ),
    ],
)
def test_what_else_is_asked_has_to_be_looked_at(text: str, expected: IndexRange) -> None:
    assert read(text).range == expected


ATOMS = st.sampled_from(
    [
        "status eq 'Succeeded'",
        "status ne 'Failed'",
        "locale eq 'de-DE'",
        *(
            f"createdDateTime {word} 2026-01-05T{hour}:00:00Z"
            for word in ("eq", "ne", "gt", "ge", "lt", "le")
            for hour in ("09", "10")
        ),
    ]
)
TEXTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        ),
    ),
    max_leaves=5,
)
MAKINGS = [moment + timedelta(milliseconds=ms) for moment in (NINE, TEN) for ms in (-1, 0, 1, 1000)]


@settings(max_examples=3 * EXAMPLES // 2)
@given(text=TEXTS)
def test_nothing_passes_outside_the_reach_and_all_does_inside_an_exact_one(text: str) -> None:
    wanted = read(text)

    for state in State:
        for made_at in MAKINGS:
            for locale in ("de-DE", "en-US"):
                passes = wanted(
                    {
                        "status": state,
                        "createdDateTime": made_at.replace(microsecond=0),
                        "locale": locale,
                    }
                )
                near = wanted.range
                inside = state in near.states and near.since <= made_at < near.until
                assert inside or not passes
                assert passes or not (inside and near.exact)


def test_the_widest_reach_is_everything() -> None:
    assert IndexRange() == IndexRange(STATES, FIRST, LAST, exact=True)
