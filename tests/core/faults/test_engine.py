from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.faults.engine import MOST_REMEMBERED, MOST_RULES, Effect, Faults, TooManyFaults
from emulator.core.faults.model import (
    Connection,
    Delay,
    Fault,
    FaultMatch,
    Kind,
    Lognormal,
    Reaction,
    ScriptedAnswer,
    Uniform,
)
from emulator.core.http.messages import Request

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
UNAVAILABLE = Reaction(ScriptedAnswer(503))
BROKEN = Reaction(ScriptedAnswer(500))


def faults(*rules: Fault, seed: int = 0) -> Faults:
    return Faults(rules, SeededRandom(seed, "test-key"), T0)


def fault(when: FaultMatch, *sequence: Reaction) -> Fault:
    return Fault(when, sequence or (UNAVAILABLE,))


def ask(
    held: Faults,
    *,
    provider: str = "gladia",
    operation: str = "getJob",
    method: str = "GET",
    path: str = "/v2/jobs/a",
    jobs: tuple[str, ...] = ("a",),
    key: str = "test-key",
    at_seconds: float = 0,
) -> Effect | None:
    now = T0 + timedelta(seconds=at_seconds)
    return held.choose(provider, operation, Request(method, path), jobs, key, now)


def statuses(held: Faults, count: int) -> list[int | None]:
    effects = [ask(held) for _ in range(count)]
    return [effect.answer.status if effect and effect.answer else None for effect in effects]


def test_without_faults_nothing_happens() -> None:
    assert ask(faults()) is None


@pytest.mark.parametrize(
    "when",
    [
        FaultMatch(),
        FaultMatch(provider="gla*"),
        FaultMatch(operation="getJob"),
        FaultMatch(method="GET"),
        FaultMatch(path="/v2/*"),
        FaultMatch(job="a"),
        FaultMatch(key="test-*"),
        FaultMatch(call=(1, 1)),
        FaultMatch(chance=1.0),
        FaultMatch(since=0.0, until=1.0),
        FaultMatch(since=T0, until=T0 + timedelta(seconds=1)),
    ],
)
def test_a_fault_strikes_what_all_of_it_matches(when: FaultMatch) -> None:
    assert ask(faults(fault(when))) == Effect("scenario-1", ScriptedAnswer(503))


@pytest.mark.parametrize(
    "when",
    [
        FaultMatch(provider="aitronos"),
        FaultMatch(operation="listJobs"),
        FaultMatch(method="POST"),
        FaultMatch(path="/v3/*"),
        FaultMatch(job="b*"),
        FaultMatch(key="other"),
        FaultMatch(call=(2, 3)),
        FaultMatch(chance=0.0),
        FaultMatch(since=0.5),
        FaultMatch(until=0.0),
        FaultMatch(since=T0 + timedelta(seconds=1)),
        FaultMatch(until=T0),
        FaultMatch(provider="gladia", method="POST"),
    ],
)
def test_a_fault_leaves_alone_what_some_of_it_does_not_match(when: FaultMatch) -> None:
    assert ask(faults(fault(when))) is None


def test_a_job_is_one_of_the_ids_in_the_path() -> None:
    held = faults(fault(FaultMatch(job="b")))

    assert ask(held, jobs=()) is None
    assert ask(held, jobs=("a", "b")) is not None


def test_calls_are_counted_among_the_requests_that_the_rest_matches() -> None:
    held = faults(fault(FaultMatch(method="GET", call=(2, 3))))
    ask(held, method="POST")

    assert statuses(held, 5) == [None, 503, 503, None, None]


def test_the_first_rule_that_matches_wins_and_all_count() -> None:
    held = faults(
        fault(FaultMatch(call=(1, 1)), UNAVAILABLE),
        fault(FaultMatch(call=(2, 2)), BROKEN),
        fault(FaultMatch(call=(1, 9)), Reaction(ScriptedAnswer(404))),
    )

    assert statuses(held, 4) == [503, 500, 404, 404]
    assert [(rule.matches, rule.applied) for rule in held.rules()] == [(4, 1), (4, 1), (4, 2)]


def test_a_sequence_goes_on_and_its_last_step_repeats() -> None:
    held = faults(fault(FaultMatch(), UNAVAILABLE, BROKEN, Reaction()))

    assert statuses(held, 4) == [503, 500, None, None]
    assert held.rules()[0].applied == 4


def test_a_time_is_counted_from_the_start() -> None:
    held = faults(fault(FaultMatch(since=10.0, until=20.0)))

    struck = [ask(held, at_seconds=seconds) is not None for seconds in (9, 10, 19, 20)]

    assert struck == [False, True, True, False]


def test_chance_comes_from_the_seed() -> None:
    def drawn(seed: int) -> Sequence[int | None]:
        return statuses(faults(fault(FaultMatch(chance=0.3)), seed=seed), 200)

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert 40 <= drawn(1).count(503) <= 80


def test_the_draws_of_a_rule_do_not_depend_on_other_rules() -> None:
    rule = fault(FaultMatch(chance=0.5))
    other = fault(FaultMatch(provider="aitronos", chance=0.5))

    alone = statuses(faults(rule), 50)

    assert statuses(faults(rule, other), 50) == alone


@pytest.mark.parametrize("delay", [Uniform(0.5, 0.5), Lognormal(0.5, 0.5)])
def test_a_fixed_delay_is_always_the_same(delay: Delay) -> None:
    held = faults(fault(FaultMatch(), Reaction(delay=delay)))

    effects = [ask(held) for _ in range(3)]

    assert effects == [Effect("scenario-1", delay_seconds=0.5)] * 3


def delays(delay: Delay, count: int) -> list[float]:
    held = faults(fault(FaultMatch(), Reaction(delay=delay)))
    effects = [ask(held) for _ in range(count)]
    return sorted(effect.delay_seconds for effect in effects if effect)


def test_a_uniform_delay_lies_between_its_ends() -> None:
    drawn = delays(Uniform(1, 3), 500)

    assert 1 <= drawn[0] < 1.1
    assert 2.9 < drawn[-1] <= 3
    assert 1.8 < drawn[250] < 2.2


def test_a_lognormal_delay_has_its_median_and_its_99th_percentile() -> None:
    drawn = delays(Lognormal(0.08, 0.9), 2000)

    assert 0.07 < drawn[1000] < 0.09
    assert 0.7 < drawn[1980] < 1.2


def test_what_is_added_goes_first_the_newest_before_all() -> None:
    held = faults(fault(FaultMatch(), UNAVAILABLE))

    first = held.add(fault(FaultMatch(), BROKEN))
    second = held.add(fault(FaultMatch(call=(1, 1)), Reaction(ScriptedAnswer(404))))

    assert (first, second) == ("added-1", "added-2")
    assert [rule.id for rule in held.rules()] == ["added-2", "added-1", "scenario-1"]
    assert statuses(held, 2) == [404, 500]


def test_what_is_removed_is_gone_and_its_id_does_not_come_again() -> None:
    held = faults(fault(FaultMatch(), UNAVAILABLE))
    held.add(fault(FaultMatch(), BROKEN))

    assert held.remove("added-1")
    assert not held.remove("added-1")
    assert held.add(fault(FaultMatch(), BROKEN)) == "added-2"
    held.clear()
    assert held.rules() == ()
    assert ask(held) is None


def test_a_change_of_the_rules_counts_for_requests_that_were_known_before() -> None:
    held = faults()
    before = statuses(held, 1)

    id = held.add(fault(FaultMatch()))
    added = statuses(held, 1)
    held.add(fault(FaultMatch(), BROKEN))
    newer = statuses(held, 1)
    held.clear()
    cleared = statuses(held, 1)
    held.add(fault(FaultMatch(path="/elsewhere")))  # where there is no rule, none is looked up
    again = held.add(fault(FaultMatch()))
    last = statuses(held, 1)
    held.remove(again)
    removed = statuses(held, 1)

    assert id != again
    assert before + added + newer + cleared + last + removed == [None, 503, 500, None, 503, None]


def test_more_kinds_of_requests_than_are_remembered_are_told_apart_all_the_same() -> None:
    held = faults(fault(FaultMatch(path="*7", call=(2, 2))))
    paths = [f"/v2/jobs/{number}" for number in range(MOST_REMEMBERED + 10)]

    struck = [path for path in (*paths, *paths) if ask(held, path=path)]

    assert struck == ["/v2/jobs/17"]


def test_there_are_only_so_many_rules() -> None:
    held = faults(*[fault(FaultMatch())] * MOST_RULES)

    with pytest.raises(TooManyFaults, match="there are 1000 faults already; remove some first"):
        held.add(fault(FaultMatch()))

    assert len(held.rules()) == MOST_RULES


@pytest.mark.parametrize(
    ("kind", "unanswered"),
    [
        (Kind.REFUSE, True),
        (Kind.RESET, True),
        (Kind.TRUNCATE, False),
        (Kind.DRIP, False),
        (Kind.STALL, True),
        (Kind.GARBAGE, True),
    ],
)
def test_what_leaves_no_answer_takes_the_operations_place(kind: Kind, unanswered: bool) -> None:
    effect = Effect("scenario-1", connection=Connection(kind, 1))

    assert (effect.is_unanswered, effect.replaces_operation) == (unanswered, unanswered)
    assert replace(effect, answer=ScriptedAnswer(500)).replaces_operation


def test_a_late_answer_is_the_operations() -> None:
    effect = Effect("scenario-1", delay_seconds=1)

    assert (effect.is_unanswered, effect.replaces_operation) == (False, False)


def test_an_effect_knows_the_line_of_its_rule() -> None:
    effect = ask(faults(Fault(FaultMatch(), (UNAVAILABLE,), line=7)))

    assert effect is not None
    assert effect.line == 7
