"""Snapshot: a running tenant as a scenario, which begins where the tenant stands."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec.structs import replace

from emulator.core.engine.tenant import Tenant, settings_of
from emulator.core.faults.engine import Rule
from emulator.core.faults.model import Fault, FaultMatch, TimeBound
from emulator.core.provider.keys import OPEN_PREFIX
from emulator.core.provider.provider import Provider
from emulator.core.scenario.fault_rules import MOST_CALLS, is_over, shadowed
from emulator.core.scenario.model import KeyState, Scenario


def snapshot_scenario(tenant: Tenant, providers: Iterable[Provider]) -> Scenario:
    """Its keys, rules and faults as they are now, and each of its jobs by name.

    What it leaves out, ``omissions`` lists.
    """
    scenario, now = tenant.scenario, tenant.clock.now()
    entries = (provider.describe(tenant.backend(provider)) for provider in providers)
    existing = tuple(one for found in entries for one in found)
    used = {rule.plan.transcript for rule in scenario.jobs}
    used |= {recording.transcript for entry in existing for recording in entry.all_recordings}
    scripts = scenario.transcripts.items()
    return replace(
        scenario,
        clock=replace(settings_of(tenant.clock), start=now),
        keys=known_scenario(tenant),
        transcripts={name: script for name, script in scripts if name in used},
        existing=existing,
        faults=tuple(fault for _, fault in remaining_rules(tenant)),
    )


def snapshot_omissions(tenant: Tenant, providers: Iterable[Provider]) -> Iterator[str]:
    """What the tenant has and its snapshot has not, a sentence each."""
    kept = {rule.id for rule, _ in remaining_rules(tenant)}
    gone = [rule.id for rule in tenant.faults.rules() if rule.id not in kept]
    if gone:
        yield f"faults that can happen no more: {', '.join(gone)}"
    if any(fault.when.chance is not None for _, fault in remaining_rules(tenant)):
        yield "which requests a fault with a chance has met: its draws begin afresh"
    if any(limit.rate for limit in tenant.scenario.limits.values()):
        yield "how much of its rate a key has used: the counts begin afresh"
    if tenant.outbox.pending:
        yield f"webhook deliveries that are still to come: {tenant.outbox.pending}"
    for provider in providers:
        for omission in provider.omissions(tenant.backend(provider)):
            yield f"{provider.title}: {omission}"


def known_scenario(tenant: Tenant) -> dict[str, KeyState]:
    """The keys; the tenant's own among them where nobody would know it otherwise."""
    opens = tenant.is_default or tenant.key.startswith(OPEN_PREFIX)
    own = {} if opens else {tenant.key: tenant.key_state}
    return {**own, **tenant.scenario.keys}


def remaining_rules(tenant: Tenant) -> list[tuple[Rule, Fault]]:
    """The faults that can still happen, each as it stands now, in the order of their asking."""
    elapsed = tenant.clock.now() - tenant.began_at
    found = [(rule, rule_since(rule, elapsed)) for rule in tenant.faults.rules()]
    left = [(rule, fault) for rule, fault in found if not is_used_up(fault.when)]
    hidden = shadowed([fault.when for _, fault in left])
    return [one for number, one in enumerate(left) if number not in hidden]


def rule_since(rule: Rule, elapsed: timedelta) -> Fault:
    """The fault, with what counts from the start counting from a later one."""
    when, sequence = rule.fault.when, rule.fault.sequence
    since, until = shifted_time(when.since, elapsed), shifted_time(when.until, elapsed)
    call = when.call and remaining_calls(*when.call, rule.matches)
    left = sequence[min(rule.applied, len(sequence) - 1) :]
    return replace(
        rule.fault, when=replace(when, since=since, until=until, call=call), sequence=left
    )


def remaining_calls(low: int, high: int, seen: int) -> tuple[int, int]:
    """The calls after so many, counted afresh; (1, 0) and below: there are none."""
    return max(low - seen, 1), high if high == MOST_CALLS else high - seen


def is_used_up(when: FaultMatch) -> bool:
    return is_over(when) or (when.call is not None and when.call[1] < 1)


def shifted_time(moment: TimeBound | None, elapsed: timedelta) -> TimeBound | None:
    return max(moment - elapsed.total_seconds(), 0.0) if isinstance(moment, float) else moment
