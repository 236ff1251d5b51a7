from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from emulator.core.base.ids import SeededRandom, digest


def drawn(ids: SeededRandom) -> tuple[object, ...]:
    return (ids.uuid(), ids.hex(8), ids.integer(1, 6), ids.choice("abc"), ids.seed())


def test_the_draws_are_these_on_every_platform() -> None:
    ids = SeededRandom(7, "test-ann")

    assert ids.uuid() == "447b9278-5e9f-46e0-a331-1ad0062ce080"
    assert ids.hex(6) == "f3573d"


def test_the_same_names_draw_the_same() -> None:
    assert drawn(SeededRandom(7, "a")) == drawn(SeededRandom(7, "a"))


def test_other_names_draw_otherwise() -> None:
    assert (
        len(
            {
                drawn(ids)
                for ids in (
                    SeededRandom(7, "a"),
                    SeededRandom(8, "a"),
                    SeededRandom(7, "b"),
                    SeededRandom("7a"),
                )
            }
        )
        == 4
    )


def test_a_derived_stream_does_not_depend_on_what_was_drawn() -> None:
    fresh, used = SeededRandom(7), SeededRandom(7)

    used.uuid()

    assert drawn(used.child("b", 2)) == drawn(fresh.child("b", 2)) == drawn(SeededRandom(7, "b", 2))


def test_a_derived_stream_draws_nothing_from_its_own() -> None:
    left_alone, derived_from = SeededRandom(7), SeededRandom(7)

    derived_from.child("b").uuid()

    assert drawn(derived_from) == drawn(left_alone)


def test_a_uuid_is_one_of_version_4() -> None:
    parsed = UUID(SeededRandom(7).uuid())

    assert parsed.version == 4
    assert parsed.variant == "specified in RFC 4122"


@given(st.integers(), st.integers(1, 40))
def test_hex_has_as_many_digits_as_were_asked_for(seed: int, digits: int) -> None:
    drawn = SeededRandom(seed).hex(digits)

    assert len(drawn) == digits
    assert set(drawn) <= set("0123456789abcdef")


@given(st.integers(), st.integers(-9, 9), st.integers(0, 9))
def test_numbers_stay_between_their_bounds(seed: int, low: int, more: int) -> None:
    ids = SeededRandom(seed)

    assert low <= ids.integer(low, low + more) <= low + more
    assert low <= ids.number(low, low + more) <= low + more


@given(st.integers(), st.integers(0, 20), st.integers(0, 20))
def test_more_choices_begin_with_the_same_ones(seed: int, few: int, more: int) -> None:
    some = SeededRandom(seed).choices("abcdef", few)
    all = SeededRandom(seed).choices("abcdef", few + more)

    assert all[:few] == some


def test_a_digest_is_sha_256_over_each_part_with_its_length() -> None:
    assert digest("a") == "3b196fd4907bedf51c3090e9835f2f7cb61e7ee1b2299ea3b8fed9b4183a822a"


def test_a_digest_tells_its_parts_apart() -> None:
    assert len({digest("ab"), digest("a", "b"), digest("", "ab"), digest("ab", "")}) == 4


def test_a_digest_takes_text_as_utf_8() -> None:
    assert digest("ä") == digest("ä".encode())


def test_ids_that_are_drawn_ahead_are_those_that_come_one_after_the_other() -> None:
    one, other = SeededRandom(7, "a"), SeededRandom(7, "a")

    ahead = one.pregenerate(3)

    assert len(ahead) == 3
    assert [ahead.uuid(), ahead.hex(32), ahead.uuid()] == [
        other.uuid(),
        other.hex(32),
        other.uuid(),
    ]
    assert ahead.taken == 3
    assert one.uuid() == other.uuid()


def test_ids_that_are_foreseen_still_come() -> None:
    ids = SeededRandom(7, "a")

    foreseen = ids.peek(2)

    assert (foreseen.uuid(), foreseen.uuid()) == (ids.uuid(), ids.uuid())


def test_a_part_of_what_was_drawn_begins_anew() -> None:
    drawn = SeededRandom(7, "a").pregenerate(4)
    drawn.uuid()

    part = drawn.part(2, 4)

    assert (len(part), part.taken) == (2, 0)
    assert part.hex(32) == drawn.hex_at(2)
