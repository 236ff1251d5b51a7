"""Snapshot: a running tenant as a scenario, which begins where the tenant stands."""

from collections.abc import Iterable
from datetime import timedelta

from msgspec.structs import replace

from emulator.core.faults import Fault, Moment
from emulator.core.provider import Provider
from emulator.core.scenario import KeyState, Scenario
from emulator.core.tenants import OPEN_PREFIX, Tenant, plan_of


def snapshot(tenant: Tenant, providers: Iterable[Provider]) -> Scenario:
    """Its keys, rules and faults as they are now, and each of its jobs by name.

    What is on its way is left out: uploads that no job has used, webhooks that wait; and calls are
    counted afresh.
    """
    scenario, now = tenant.scenario, tenant.clock.now()
    entries = (provider.describe(tenant.backend(provider)) for provider in providers)
    existing = tuple(one for found in entries for one in found)
    used = {rule.plan.transcript for rule in scenario.jobs}
    used |= {one.transcript for entry in existing for one in entry.recorded}
    scripts = scenario.transcripts.items()
    return replace(
        scenario,
        clock=replace(plan_of(tenant.clock), start=now),
        keys=known(tenant),
        transcripts={name: script for name, script in scripts if name in used},
        existing=existing,
        faults=tuple(begun(rule.fault, now - tenant.began_at) for rule in tenant.faults.listing()),
    )


def known(tenant: Tenant) -> dict[str, KeyState]:
    """The keys; the tenant's own among them where nobody would know it otherwise."""
    opens = tenant.is_default or tenant.key.startswith(OPEN_PREFIX)
    own = {} if opens else {tenant.key: tenant.key_state}
    return {**own, **tenant.scenario.keys}


def begun(fault: Fault, elapsed: timedelta) -> Fault:
    """The fault, with what counts from the start counting from a later one."""
    when = fault.when
    since, until = later(when.since, elapsed), later(when.until, elapsed)
    return replace(fault, when=replace(when, since=since, until=until))


def later(moment: Moment | None, elapsed: timedelta) -> Moment | None:
    return max(moment - elapsed.total_seconds(), 0.0) if isinstance(moment, float) else moment
