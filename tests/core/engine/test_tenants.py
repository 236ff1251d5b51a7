import gc
import tracemalloc
from datetime import UTC, datetime, timedelta
from weakref import ref

import pytest
from msgspec import Struct

from emulator.core.base.clock import ManualClock, WallClock
from emulator.core.engine.tenant import ClockMode, Tenant, build_clock, settings_of
from emulator.core.engine.tenants import MOST_RENDERING_BYTES, Tenants
from emulator.core.http.messages import Request, Response
from emulator.core.journal.exchange import OVERHEAD_BYTES, Exchange
from emulator.core.scenario.model import ClockSettings, KeyState, Scenario, SeedJobs
from emulator.core.state.index import IndexSpec
from emulator.core.state.jobs import Phase
from tests.support.toy_provider import TOY, Note, toy, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
ID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"


class Loose(Struct, frozen=True):
    """A record that is no job's."""

    id: str


ALL_LOOSE = IndexSpec(Loose, lambda one: T0, lambda one: ((0, "all"),))


def tenant(scenario: Scenario | None = None, key: str = "test-ann") -> Tenant:
    return Tenant(key, scenario or Scenario(), ManualClock())


def answered(tenant: Tenant) -> None:
    tenant.journal.record(Exchange("toy", Request("GET", "/"), Response(200), T0))


# Clocks


@pytest.mark.parametrize(
    ("plan", "usual", "now", "after_a_tick"),
    [
        (ClockSettings(), "manual", T0, T0),
        (ClockSettings(), "step", T0, T0 + timedelta(seconds=1)),
        (ClockSettings("manual", start=NOON), "step", NOON, NOON),
        (ClockSettings("step", step_seconds=60), "wall", T0, T0 + timedelta(minutes=1)),
        (ClockSettings(step_seconds=60, start=NOON), "manual", NOON, NOON),
    ],
)
def test_the_scenario_says_the_clock_or_leaves_it_to_the_way_of_running(
    plan: ClockSettings, usual: ClockMode, now: datetime, after_a_tick: datetime
) -> None:
    clock = build_clock(plan, usual)

    assert clock.now() == now
    clock.tick()
    assert clock.now() == after_a_tick


def test_a_wall_clock_starts_where_the_scenario_says() -> None:
    clock = build_clock(ClockSettings(start=NOON, speed=0), "wall")

    assert isinstance(clock, WallClock)
    assert clock.now() == NOON


# One tenant


def test_a_tenant_has_one_backend_with_each_provider() -> None:
    ann = tenant(Scenario(seed=7))
    other = toy()

    backend = ann.backend(TOY)

    assert backend is ann.backend(other)
    assert (backend.provider, backend.key) == ("toy_notes", "test-ann")
    assert backend.secret == "7:test-ann"
    assert backend.account_id == ann.account_id == "92b3e5b8-f116-49cb-938a-da3b518421c1"
    assert backend.clock is ann.clock
    assert backend.library is ann.library


def test_tenants_of_the_same_seed_and_key_draw_the_same() -> None:
    ids = [
        tenant(Scenario(seed=seed), key).backend(TOY).ids.uuid()
        for seed, key in ((7, "test-ann"), (7, "test-ann"), (8, "test-ann"), (7, "test-ben"))
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_what_exists_is_made_on_first_use_for_its_provider_alone() -> None:
    scenario = Scenario(
        existing=(
            SeedJobs("toy_notes", id=ID, name="a", age_seconds=(60, 60)),
            SeedJobs("other", count=5),
            SeedJobs("toy_notes", count=2, phase=Phase.QUEUED),
        )
    )
    ann = tenant(scenario)

    notes = list(ann.backend(TOY).store.oldest_first(Note))
    again = list(ann.backend(TOY).store.oldest_first(Note))

    assert [note.text for note in notes] == ["a", "", ""]
    assert notes[0].job.made_at == T0 - timedelta(minutes=1)
    assert notes == again


def test_a_job_is_found_by_its_id_with_whichever_provider() -> None:
    ann = tenant(Scenario(existing=(SeedJobs("toy_notes", id=ID),)))

    before = ann.job(ID)
    backend = ann.backend(TOY)
    backend.store.put(Loose("1"))

    assert before is None
    assert ann.job(ID) == backend.store.get(Note, ID).job
    assert ann.job("1") is None


def test_the_id_of_an_exchange_comes_from_its_number_and_moves_no_draw() -> None:
    ann, still = tenant(), tenant()
    first, again = ann.next_id(), ann.next_id()

    answered(ann)
    second = ann.next_id()

    assert first == again != second
    assert ann.backend(TOY).ids.uuid() == still.backend(TOY).ids.uuid()


@pytest.mark.parametrize(
    ("key", "state"), [("test-ann", KeyState.OK), ("test-old", KeyState.EXPIRED)]
)
def test_a_key_is_good_unless_the_scenario_says_otherwise(key: str, state: KeyState) -> None:
    scenario = Scenario(keys={"test-old": KeyState.EXPIRED})

    assert tenant(scenario, key).key_state is state


def test_a_tenant_has_a_wrong_key() -> None:
    assert tenant().wrong_key == "wrong-test-ann"


# All of them


def test_a_known_key_opens_its_tenant_on_first_use() -> None:
    tenants = toy_tenants(Scenario(keys={"ben": KeyState.OK}))

    ann, ben = tenants.tenant_of_key("test-ann"), tenants.tenant_of_key("ben")

    assert ann is not None
    assert ben is not None
    assert (ann.key, ben.key) == ("test-ann", "ben")
    assert tenants.tenant_of_key("test-ann") is ann
    assert len(tenants) == 2


@pytest.mark.parametrize("key", ["", "ann", "Test-ann", "wrong-test-ann", "default"])
def test_an_unknown_key_opens_nothing(key: str) -> None:
    tenants = toy_tenants()

    assert tenants.tenant_of_key(key) is None
    assert len(tenants) == 0


def test_the_default_tenant_is_nobodys() -> None:
    tenants = toy_tenants()

    assert tenants.default.is_default
    assert not tenants.open("test-ann").is_default
    assert not tenants.open("default").is_default


def test_opening_a_key_again_gives_a_fresh_tenant() -> None:
    tenants = toy_tenants(Scenario(seed=1))
    first = tenants.open("ann")

    second = tenants.open("ann", Scenario(seed=2), clock_mode="step")

    assert tenants.tenant_of_key("ann") is second
    assert second.scenario.seed == 2
    assert tenants.tenant_of_account(first.account_id) is None
    assert tenants.tenant_of_account(second.account_id) is second
    second.clock.tick()
    assert second.clock.now() == T0 + timedelta(seconds=1)


def test_a_closed_tenant_is_forgotten() -> None:
    tenants = toy_tenants()
    ann = tenants.open("ann")

    closed = tenants.close("ann")
    nobody = tenants.close("nobody")

    assert (closed, nobody) == (True, False)
    assert tenants.tenant_of_key("ann") is None
    assert tenants.tenant_of_account(ann.account_id) is None


def test_the_least_recently_used_tenant_goes_first() -> None:
    changes: list[tuple[str, str]] = []
    tenants = Tenants(Scenario(), most=2, on_change=lambda *change: changes.append(change))
    tenants.tenant_of_key("test-1")
    two = tenants.open("test-2")
    tenants.tenant_of_key("test-1")

    tenants.tenant_of_key("test-3")
    tenants.tenant_of_key("test-1")
    tenants.tenant_of_key("test-4")

    assert [key for change, key in changes if change == "dropped"] == ["test-2", "test-3"]
    assert [key for change, key in changes if change == "opened"] == [
        "test-1",
        "test-2",
        "test-3",
        "test-4",
    ]
    assert len(tenants) == 2
    assert tenants.tenant_of_account(two.account_id) is None


def test_a_tenant_goes_without_a_word_unless_somebody_listens() -> None:
    tenants = toy_tenants(most=1)

    tenants.tenant_of_key("test-1")
    tenants.tenant_of_key("test-2")

    assert len(tenants) == 1


def test_using_a_signed_link_is_using_the_tenant() -> None:
    tenants = toy_tenants(most=2)
    one, _ = tenants.open("test-1"), tenants.open("test-2")

    tenants.tenant_of_account(one.account_id)
    tenants.open("test-3")

    assert tenants.tenant_of_account(one.account_id) is one


def test_the_wrong_key_leads_to_the_tenant_that_is_open() -> None:
    tenants = toy_tenants()
    ann = tenants.open("test-ann")

    assert tenants.tenant_behind("wrong-test-ann") is ann
    assert tenants.tenant_behind("test-ann") is ann
    assert tenants.tenant_behind("wrong-test-ben") is None
    assert tenants.tenant_behind("ben") is None


def test_a_good_key_may_look_like_a_wrong_one() -> None:
    tenants = toy_tenants(Scenario(keys={"wrong-test-ann": KeyState.OK}))
    tenants.open("test-ann")

    found = tenants.tenant_behind("wrong-test-ann")

    assert found is not None
    assert found.key == "wrong-test-ann"


def test_a_restart_forgets_everybody() -> None:
    tenants = toy_tenants()
    ann, default = tenants.open("test-ann"), tenants.default

    tenants.restart(Scenario(seed=9, keys={"ben": KeyState.OK}))

    assert len(tenants) == 0
    assert tenants.tenant_of_account(ann.account_id) is None
    assert tenants.default is not default
    assert tenants.default.scenario.seed == 9
    assert tenants.accepts_key("ben")


def test_a_restart_is_told_for_each_of_them() -> None:
    changes: list[tuple[str, str]] = []
    tenants = Tenants(Scenario(), on_change=lambda *change: changes.append(change))
    tenants.open("test-ann")
    changes.clear()

    tenants.restart(Scenario())

    assert changes == [("closed", "test-ann"), ("reset", "")]


def test_a_reset_begins_afresh_in_place() -> None:
    changes: list[tuple[str, str]] = []
    tenants = Tenants(Scenario(seed=1), on_change=lambda *change: changes.append(change))
    ann = tenants.open("test-ann", clock_mode="manual")
    before, backend = ann.account_id, ann.backend(TOY)
    ann.clock.advance(60)
    answered(ann)

    tenants.reset(ann)
    same_seed = ann.account_id
    tenants.reset(ann, Scenario(seed=2))

    assert tenants.open_tenants() == (ann,)
    assert tenants.tenant_of_key("test-ann") is ann
    assert ann.clock.now() == T0
    assert len(ann.journal) == 0
    assert ann.backend(TOY) is not backend
    assert ann.scenario.seed == 2
    assert before == same_seed != ann.account_id
    assert tenants.tenant_of_account(before) is None
    assert tenants.tenant_of_account(ann.account_id) is ann
    assert changes == [("opened", "test-ann"), ("reset", "test-ann"), ("reset", "test-ann")]


def test_the_default_tenant_can_begin_afresh() -> None:
    tenants = toy_tenants()
    answered(tenants.default)

    tenants.reset(tenants.default)

    assert len(tenants.default.journal) == 0
    assert tenants.tenant_of_account(tenants.default.account_id) is None


def test_a_tenant_can_be_looked_for_without_being_opened() -> None:
    tenants = toy_tenants()
    tenant = tenants.open("test-ann")

    assert tenants.get("test-ann") is tenant
    assert tenants.get("test-ben") is None
    assert tenants.get("") is tenants.default


def test_a_tenant_that_was_closed_or_replaced_is_not_there() -> None:
    tenants = toy_tenants()
    old = tenants.open("test-ann")
    new = tenants.open("test-ann")

    assert [tenants.has(one) for one in (old, new, tenants.default)] == [False, True, True]


@pytest.mark.parametrize(
    "plan",
    [
        ClockSettings("wall", speed=60),
        ClockSettings("step", step_seconds=5),
        ClockSettings("manual", step_seconds=0),
    ],
)
def test_a_clock_tells_which_plan_it_goes_by(plan: ClockSettings) -> None:
    ann = Tenant("test-ann", Scenario(clock=plan), build_clock(plan, "manual"))

    assert settings_of(ann.clock) == plan


def test_a_thousand_idle_tenants_take_less_than_twenty_kilobytes_each() -> None:
    tenants = toy_tenants()
    tenants.tenant_of_key("test-first")  # what all share is made now
    tracemalloc.start()

    for number in range(1000):
        tenants.tenant_of_key(f"test-{number}")
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert used / 1000 < 20_000


def test_the_reserved_key_is_good_in_no_scenario() -> None:
    tenants = Tenants(Scenario(keys={"default": KeyState.OK, "other": KeyState.OK}))

    assert tenants.tenant_of_key("default") is None
    assert tenants.tenant_of_key("other") is not None


# Memory


def test_the_journals_of_all_tenants_share_one_bound() -> None:
    tenants = Tenants(Scenario(), journal_bytes=OVERHEAD_BYTES * 3)
    ann, ben = tenants.open("test-ann"), tenants.open("test-ben")

    for one in (tenants.default, ann, ben, ann):
        answered(one)

    assert [len(one.journal) for one in (tenants.default, ann, ben)] == [0, 1, 1]


@pytest.mark.parametrize("end", ["close", "reset", "open again", "restart"])
def test_a_tenant_that_is_over_takes_nothing_of_the_shared_bound(end: str) -> None:
    tenants = Tenants(Scenario(), journal_bytes=OVERHEAD_BYTES * 2 + 10)
    ann, ben = tenants.open("test-ann"), tenants.default
    if end == "restart":
        ann, ben = ben, ann  # the default one goes, too
    answered(ann)
    journal = ann.journal

    if end == "close":
        tenants.close("test-ann")
    elif end == "reset":
        tenants.reset(ann)
    elif end == "open again":
        tenants.open("test-ann")
    else:
        tenants.restart(Scenario())
        ben = tenants.default
    answered(ben)
    answered(ben)

    assert (len(journal), len(ben.journal)) == (1, 2)
    assert tenants.departures == (2 if end == "restart" else 1)


def test_the_renderings_of_a_tenant_that_is_over_are_dropped() -> None:
    tenants = toy_tenants(Scenario())
    renderings = tenants.open("test-ann").backend(TOY).response_cache
    record = Loose("a")
    renderings.body_of(record, "", lambda: b"first")

    tenants.close("test-ann")

    assert renderings.body_of(record, "", lambda: b"again").body == b"again"


def test_the_renderings_of_all_tenants_share_one_bound() -> None:
    tenants = toy_tenants(Scenario())
    ann, ben = (tenants.open(key).backend(TOY).response_cache for key in ("test-ann", "test-ben"))
    record, large = Loose("a"), bytes(MOST_RENDERING_BYTES)
    ann.body_of(record, "", lambda: b"first")

    ben.body_of(record, "", lambda: large)

    assert ann.body_of(record, "", lambda: b"again").body == b"again"


def test_a_tenant_goes_at_once_with_the_last_who_holds_it() -> None:
    tenants = toy_tenants(Scenario())
    tenant = tenants.open("test-ann")
    store = tenant.backend(TOY).store
    store.put(Loose("a"))
    store.select(ALL_LOOSE, T0, lambda label: True)
    held: list[ref[object]] = [ref(tenant), ref(tenant.journal), ref(store)]

    gc.disable()
    try:
        tenants.close("test-ann")
        del tenant, store
        left = [one() for one in held]
    finally:
        gc.enable()

    assert left == [None, None, None]
