"""What may be read of a completed job."""

import re

import pytest

from emulator.providers.aitronos.results import (
    SHAPES,
    find_matches,
    mask,
    normalize,
    redact_transcript,
)
from tests.providers.aitronos.jobs import said

SPOKEN = (
    "Mail ann.lee+x@mail.example.com, or call (044) 555 01 23 or +41-44-555-01-23. "
    "My number is 078-05-1120, the card is 4111 1111 1111 1111 and the host 192.168.0.254."
)
MAIL = (
    "Mail ###.###+#@####.#######.###, or call (044) 555 01 23 or +41-44-555-01-23. "
    "My number is 078-05-1120, the card is 4111 1111 1111 1111 and the host 192.168.0.254."
)
SOCIAL = (
    "Mail ann.lee+x@mail.example.com, or call (044) 555 01 23 or +41-44-555-01-23. "
    "My number is ###-##-####, the card is 4111 1111 1111 1111 and the host 192.168.0.254."
)
MASKED = [
    ("email", MAIL),
    ("email_address", MAIL),
    (
        "phone_number",
        "Mail ann.lee+x@mail.example.com, or call (###) ### ## ## or +##-##-###-##-##. "
        "My number is 078-05-1120, the card is 4111 1111 1111 1111 and the host 192.168.0.254.",
    ),
    ("ssn", SOCIAL),
    ("us_social_security_number", SOCIAL),
    (
        "credit_card_number",
        "Mail ann.lee+x@mail.example.com, or call (044) 555 01 23 or +41-44-555-01-23. "
        "My number is 078-05-1120, the card is #### #### #### #### and the host 192.168.0.254.",
    ),
    (
        "ip_address",
        "Mail ann.lee+x@mail.example.com, or call (044) 555 01 23 or +41-44-555-01-23. "
        "My number is 078-05-1120, the card is 4111 1111 1111 1111 and the host ###.###.#.###.",
    ),
]


@pytest.mark.parametrize(("policy", "text"), MASKED)
def test_a_policy_masks_what_has_its_shape_and_nothing_else(policy: str, text: str) -> None:
    masked = redact_transcript(said(SPOKEN), [SHAPES[policy]])

    assert masked.text == text


def test_no_policy_is_forgotten() -> None:
    assert {policy for policy, _ in MASKED} == SHAPES.keys()


def test_a_mask_changes_no_time() -> None:
    before = said(SPOKEN)

    after = redact_transcript(before, SHAPES.values())

    assert [(word.start_ms, word.end_ms) for word in after.words] == [
        (word.start_ms, word.end_ms) for word in before.words
    ]


def test_without_a_policy_the_transcript_is_as_it_was() -> None:
    before = said(SPOKEN)

    assert redact_transcript(before, []) is before


TALK = said("Good morning, everyone. A good morning!", "Morning? Goodness, a good day.")


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("good morning", [(0, 2000), (4000, 6000)]),
        ("GOOD, Morning?!", [(0, 2000), (4000, 6000)]),
        ("morning", [(1000, 2000), (5000, 6000), (6000, 7000)]),
        ("morning morning", []),  # two speakers
        ("goodness", [(7000, 8000)]),
        ("ood", []),
        ("everyone a good", [(2000, 5000)]),
        ("a good day now", []),
        ("...", []),
        ("- morning", [(1000, 2000), (5000, 6000), (6000, 7000)]),
    ],
)
def test_a_phrase_is_found_by_whole_words(query: str, times: list[tuple[int, int]]) -> None:
    found = find_matches(TALK, query)

    assert [(one.start_ms, one.end_ms) for one in found] == times


def test_a_match_shows_the_words_as_they_are_written() -> None:
    assert [match.text for match in find_matches(TALK, "good morning")] == [
        "Good morning,",
        "good morning!",
    ]


def test_an_address_that_begins_where_another_ends_is_masked_too() -> None:
    texts = {"a@b.c+d@e.f": "#@#.#+#@#.#", "a@b.c.@x.y": "#@#.#.@#.#", "a+b@c": "a+b@c"}

    assert {text: re.sub(SHAPES["email"], mask, text) for text in texts} == texts


def test_a_very_long_word_without_an_address_is_left_alone() -> None:
    text = "a" * 1_000_000

    assert re.sub(SHAPES["email"], mask, text) == text
    assert normalize(f"..{text}{'.' * 100_000}a..") == f"{text}{'.' * 100_000}a"
    assert normalize("." * 100_000) == ""
