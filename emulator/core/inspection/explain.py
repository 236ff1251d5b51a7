"""Explain: why a request got the answer that it got, for people who do not know the code."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from emulator.core.base.escaping import escaped_line
from emulator.core.contract import Operation
from emulator.core.contract.security import credential_in, location_text
from emulator.core.engine.tenants import GOOD_KEYS
from emulator.core.faults.engine import Effect, FaultMiss
from emulator.core.faults.model import Kind
from emulator.core.http.messages import Json
from emulator.core.http.problem_texts import at_line
from emulator.core.journal.exchange import Exchange, JobChange
from emulator.core.journal.redaction import mask, redact_text, redacted, secrets
from emulator.core.provider.keys import OPEN_PREFIX, WRONG_PREFIX
from emulator.core.provider.nearest import NEAREST, nearest_documented
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import JobCondition, Rule, RuleMatch
from emulator.core.state.jobs import Job

Verdict = Literal["ok", "FAILED", "-"]  # "-": not reached

NO_PROBLEM = "no fault in its place"
# Each check in its order, with the refusals that it makes before the operation is reached.
CHECKS: Mapping[str, frozenset[str]] = {
    "headers small enough": frozenset({"HeadersTooLarge"}),
    "documented path and method": frozenset({"NoOperation", "WrongMethod"}),
    "good key": frozenset({"NoKey", "UnknownKey", "ExpiredKey", "RevokedKey", "BadLink"}),
    "within the key's limits": frozenset({"TooManyRequests"}),
    NO_PROBLEM: frozenset(),
    "emulated operation": frozenset({"NotEmulated"}),
    "readable body": frozenset(
        {"Malformed", "WrongContentType", "UnsupportedContentEncoding", "TooLarge"}
    ),
    "as documented": frozenset({"Invalid", "Refused"}),
    "allowed to this key": frozenset({"Forbidden", "OutOfQuota"}),
}
LAST = "carried out"
ANSWERED = "answer as documented"


class Check(Struct, frozen=True):
    name: str
    verdict: Verdict
    details: tuple[str, ...] = ()


class Explanation(Struct, frozen=True):
    """``str()`` of it is for people, ``content()`` for programs."""

    exchange: Exchange  # redacted
    operation: tuple[str, ...]
    key: tuple[str, ...]
    checks: tuple[Check, ...]
    rules: tuple[str, ...]
    fault: tuple[str, ...]
    jobs: tuple[str, ...]

    def content(self) -> dict[str, Json]:
        one = self.exchange
        return {
            "id": one.request.id,
            "at": one.at.isoformat(),
            "provider": one.provider or None,
            "method": one.request.method,
            "path": one.request.path,
            "status": one.response.status,
            "refused": one.refused,
            "tenant": one.key,
            "operation": {"id": one.operation, "says": list(self.operation)},
            "key": list(self.key),
            "checks": [{**asdict(check), "details": list(check.details)} for check in self.checks],
            "rules": list(self.rules),
            "fault": list(self.fault),
            "jobs": list(self.jobs),
            "notes": list(one.notes),
            "text": str(self),
        }

    def __str__(self) -> str:
        one = self.exchange
        api = one.provider.replace("_", "-") or "no API"
        tenant = f"the tenant {one.key}" if one.key else "no tenant"
        head = [
            f"{one.request.method} {one.request.path} ({api}) -> {one.response.status}"
            + (f" {one.refused}" if one.refused else ""),
            f"request {one.request.id}, {moment(one.at)}, of {tenant}",
            "",
        ]
        parts = {
            "operation": self.operation,
            "key": self.key,
            "checks": tuple(lines_of(self.checks)),
            "rules": self.rules or ("none was asked for: no job was made",),
            "fault": self.fault or ("none",),
            "jobs": self.jobs or ("the request names none that is there",),
            "notes": one.notes or ("none",),
        }
        rest = (line for part in parts.items() for line in column(*part))
        return "\n".join(map(escaped_line, [*head, *rest]))


def column(name: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{'' if number else name:9}  {line}"


def lines_of(checks: Iterable[Check]) -> Iterator[str]:
    for check in checks:
        yield f"{check.verdict:6}  {check.name}"
        yield from (f"{'':10}{detail}" for detail in check.details)


def explain(exchange: Exchange, providers: Iterable[Provider]) -> Explanation:
    known = tuple(providers)
    provider = next((one for one in known if one.name == exchange.provider), None)
    operation = None
    if provider and exchange.operation:
        operation = provider.contract.operation_or_socket(exchange.operation)
    keys = tuple(secrets(exchange))

    def masking(lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(redact_text(line, keys) for line in lines)

    return Explanation(
        exchange=redacted(exchange),
        operation=masking(operation_lines(exchange, operation, known)),
        key=masking(key_lines(exchange, provider, operation)),
        checks=tuple(replace(check, details=masking(check.details)) for check in checks(exchange)),
        rules=masking(line for plan in exchange.trace.plans for line in rule_lines(plan)),
        fault=masking(fault_lines(exchange.fault, exchange.trace.misses)),
        jobs=masking(line for job in exchange.trace.jobs for line in job_lines(job, exchange.at)),
    )


def checks(exchange: Exchange) -> Iterator[Check]:
    """Each check with its verdict: all before the one that refused were passed."""
    reached = exchange.trace.reached_operation
    refused_at = None if reached else refusing_check(exchange)
    verdict: Verdict = "ok"
    for name in CHECKS:
        if name == refused_at:
            said = ("see below",) if name == NO_PROBLEM else refusal_lines(exchange)
            yield Check(name, "FAILED", said)
            verdict = "-"
        else:
            yield Check(name, verdict)
    yield operation_lines_of(exchange)
    yield answer_lines(exchange)


def refusal_lines(exchange: Exchange) -> tuple[str, ...]:
    """Why it was refused; of an unknown path the rest stands under "operation"."""
    return exchange.why[:1] if exchange.refused == "NoOperation" else exchange.why


def is_troubled(exchange: Exchange) -> bool:
    """Whether a fault took the operation's place; how the key was refused is then its doing."""
    return exchange.fault is not None and exchange.fault.replaces_operation


def refusing_check(exchange: Exchange) -> str | None:
    if is_troubled(exchange):
        return NO_PROBLEM
    return next((name for name, kinds in CHECKS.items() if exchange.refused in kinds), None)


def operation_lines_of(exchange: Exchange) -> Check:
    if not exchange.trace.reached_operation:
        return Check(LAST, "-")
    return Check(LAST, "FAILED", exchange.why) if exchange.refused else Check(LAST, "ok")


def answer_lines(exchange: Exchange) -> Check:
    if exchange.violations:
        details = tuple(
            f"{violation.place} {violation.name}: {violation.message}"
            for violation in exchange.violations
        )
        return Check(ANSWERED, "FAILED", (*details, "this is a bug of the emulator's"))
    exempt = exchange.refused == "NotEmulated" or is_troubled(exchange)
    return Check(ANSWERED, "-" if exempt or exchange.operation is None else "ok")


# Which operation


def operation_lines(
    exchange: Exchange, operation: Operation | None, providers: tuple[Provider, ...]
) -> Iterator[str]:
    if operation:
        yield f"{operation.id}: {operation.method} {operation.path}"
        return
    api = exchange.provider.replace("_", "-") if exchange.provider else "none of the APIs"
    no = "no " if exchange.provider else ""
    yield f"{api} documents {no}{exchange.request.method} {exchange.request.path}"
    near = nearest_operations(exchange, providers)
    if near:
        yield "the nearest are:"
        yield from (f"  {one}" for one in near)


def nearest_operations(exchange: Exchange, providers: Iterable[Provider]) -> tuple[str, ...]:
    """The documented operations that look most like the request; of its provider, if it has one."""
    request = exchange.request
    return nearest_documented(request.method, request.path, providers, exchange.provider)


# Which key


def key_lines(
    exchange: Exchange, provider: Provider | None, operation: Operation | None
) -> Iterator[str]:
    if provider is None or operation is None:
        whose = f"it belongs to the tenant {exchange.key}" if exchange.key else "it is nobody's"
        yield f"not asked for; {whose}"
        return
    if operation.tenant_parameter:
        yield f"not asked for: the address is signed, and {contract_lines(exchange)}"
        return
    if not operation.security:
        yield "not asked for: this operation needs none"
        return
    places = ", ".join(dict.fromkeys(location_text(one) for one in operation.schemes))
    given = {one: credential_in(one, exchange.request) for one in operation.schemes}
    if not any(given.values()):
        yield f"none is shown; it goes into {places}"
    for scheme, key in given.items():
        if key:
            yield f"{mask(key)} in {location_text(scheme)}: {key_state_text(key, exchange)}"


def contract_lines(exchange: Exchange) -> str:
    return "not good" if exchange.refused == "BadLink" else "good"


def key_state_text(key: str, exchange: Exchange) -> str:
    """What the key is good for, and why."""
    states = {"ExpiredKey": "expired", "RevokedKey": "revoked"}
    limits = {"Forbidden": "forbidden", "OutOfQuota": "out of quota"}
    refused = None if is_troubled(exchange) else exchange.refused
    if refused in states:
        return f"known, and refused: the scenario says that it is {states[refused]}"
    if refused in limits:
        return f"good, but {limits[refused]}"
    if key.startswith(WRONG_PREFIX):
        return "refused on purpose: it is the wrong key that every tenant has for such tests"
    if refused == "UnknownKey":
        return f"unknown: {GOOD_KEYS}"
    opened = key.startswith(OPEN_PREFIX)
    return f'good: it begins with "{OPEN_PREFIX}"' if opened else "good: it was made known"


# Which rule of the scenario


def rule_lines(planned: RuleMatch) -> Iterator[str]:
    what = ", ".join(
        f"{name} {value}"
        for name, value in job_text(planned).items()
        if value and name != "provider"
    )
    others = [rule for rule in planned.rules if rule is not planned.rule]
    if planned.rule:
        yield f"for {what}: {rule_title(planned.rule, planned.rules)}; it is the first that matches"
        fitting = [other for other in others if not misses(other.when, planned)]
        if fitting:
            titles = ", ".join(rule_title(rule, planned.rules) for rule in fitting)
            yield f"  these match too: {titles}"
        return
    if not planned.rules:
        yield f"for {what}: the scenario has none, so the job goes as usual"
        return
    yield f"for {what}: none of {len(planned.rules)} matches, so the job goes as usual"
    others.sort(key=lambda one: len(misses(one.when, planned)))
    for one in others[:NEAREST]:
        yield f"  {rule_title(one, planned.rules)} {'; '.join(misses(one.when, planned))}"


def rule_title(rule: Rule, rules: tuple[Rule, ...]) -> str:
    number = next(place for place, one in enumerate(rules, 1) if one is rule)
    return f"rule {number}" + (f" (line {rule.line})" if rule.line else "")


def job_text(planned: RuleMatch) -> dict[str, str]:
    return {
        "provider": planned.provider,
        "audio": planned.audio,
        "locale": planned.locale,
        "key": mask(planned.key),
    }


def misses(match: JobCondition, planned: RuleMatch) -> list[str]:
    """What keeps the rule from being for this job."""
    pairs = {
        "provider": (match.provider, planned.provider),
        "audio": (match.audio, planned.audio),
        "locale": (match.locale, planned.locale),
        "key": (match.key, planned.key),
    }
    return [
        f'wants {name} "{glob}"'
        for name, (glob, given) in pairs.items()
        if glob is not None and not fnmatchcase(given, glob)
    ]


# Which fault

CONNECTION_TEXTS: Mapping[Kind, str] = {
    Kind.REFUSE: "the connection is closed without a byte, and the operation not carried out",
    Kind.RESET: "the connection is reset, and the operation not carried out",
    Kind.TRUNCATE: "the connection is closed after {:g} bytes of the body",
    Kind.DRIP: "the body comes at {:g} bytes a second",
    Kind.STALL: "nothing comes for {:g} s, then the connection is closed; nothing is carried out",
    Kind.GARBAGE: "{:g} bytes come that are no HTTP, and the operation is not carried out",
}


def fault_lines(effect: Effect | None, misses: tuple[FaultMiss, ...] = ()) -> Iterator[str]:
    if effect is None:
        yield from miss_lines(misses)
        return
    yield f"{effect.rule}{at_line(effect.line)} is the first that matches:"
    if effect.delay_seconds:
        yield f"  the answer is held back for {effect.delay_seconds:.3g} s"
    if effect.answer:
        yield f"  it is answered {effect.answer.status} in the operation's place"
    if effect.connection:
        yield f"  {CONNECTION_TEXTS[effect.connection.kind].format(effect.connection.amount)}"


def miss_lines(misses: tuple[FaultMiss, ...]) -> Iterator[str]:
    if misses:
        yield f"none, but {len(misses)} for such requests:"
    for miss in misses[:NEAREST]:
        yield f"  not {miss.rule}{at_line(miss.line)}: {miss.why}"


# Which job


def job_lines(change: JobChange, now: datetime) -> Iterator[str]:
    before, after = change.before, change.after
    if after is None:
        was = before and f"deleted by this request; it was {phase_text(before, now)}"
        yield f"{change.id}: {was or 'not made after all'}"
    elif before is None:
        yield f"{change.id}: made by this request; {phase_text(after, now)}"
    elif before.timeline != after.timeline:
        yield f"{change.id}: before {phase_text(before, now)}; after {phase_text(after, now)}"
    else:
        yield f"{change.id}: {phase_text(after, now)}"


def phase_text(job: Job, now: datetime) -> str:
    """Where a job stands, since when, and what comes next."""
    said = f"{job.phase_at(now)} since {job.changed_at(now):%H:%M:%S}"
    age_seconds = (now - job.made_at).total_seconds()
    for step in job.timeline:
        if step.after_seconds > age_seconds:
            said += f", {step.phase} in {step.after_seconds - age_seconds:g} s"
    stuck = job.final_at() is None
    return said + (", and there it stays" if stuck else "")


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
