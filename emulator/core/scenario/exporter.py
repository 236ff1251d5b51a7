"""A scenario, written in its language again: what it was read from says the same."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import yaml
from msgspec.structs import asdict

from emulator.core.faults.limits import KeyLimit
from emulator.core.http.messages import Json
from emulator.core.scenario.fault_rules import fault_to_yaml as written_fault
from emulator.core.scenario.model import (
    ClockSettings,
    JobError,
    Rule,
    Scenario,
    SeedJobs,
    SeedRecording,
)
from emulator.core.scenario.schema.nodes import resolve_scalar
from emulator.core.scenario.schema.quantities import SECONDS
from emulator.core.scenario.schema.yaml_reader import UNPRINTABLE
from emulator.core.speech.transcripts import Line, Script
from emulator.core.state.jobs import USUAL, Phase, Step, Timeline
from emulator.core.webhooks.model import Webhook

SCHEMA = "# yaml-language-server: $schema=./scenario.schema.json\n"
OMITTED = "# Not in here:\n"
WIDTH = 100
UNITS = ("d", "h", "m")
BREAKS = frozenset("\r\x85\u2028\u2029")  # YAML folds them, unless they are escaped
Members = dict[str, Any]


def to_yaml(scenario: Scenario, omitted: Iterable[str] = ()) -> str:
    """As YAML; what YAML has no character for becomes U+FFFD.

    What is ``omitted`` stands in comments above it.
    """
    return (
        SCHEMA
        + comments(omitted)
        + yaml.dump(
            printable_text(content(scenario)),
            Dumper=Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
            width=WIDTH,
        )
    )


def comments(omitted: Iterable[str]) -> str:
    lines = [f"#   {' '.join(printable_text(one).split())}\n" for one in omitted]
    return OMITTED + "".join(lines) if lines else ""


class Dumper(yaml.SafeDumper):
    """Puts quotes around every text that our reader would take for something else."""

    def ignore_aliases(self, data: object) -> bool:
        """Each thing is said where it is wanted."""
        return True


def text(dumper: yaml.SafeDumper, given: str) -> yaml.ScalarNode:
    plain = isinstance(resolve_scalar(given), str) and BREAKS.isdisjoint(given)
    style = None if plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", given, style)


Dumper.add_representer(str, text)


def printable_text(given: Any) -> Any:
    if isinstance(given, str):
        return UNPRINTABLE.sub("\ufffd", str(given))
    if isinstance(given, Mapping):
        return {printable_text(name): printable_text(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [printable_text(one) for one in given]
    return given


def content(scenario: Scenario) -> dict[str, Json]:
    """The scenario as JSON, in the language's words; what is as usual is left out."""
    usual = Scenario()
    parts: dict[str, Json] = {
        "scenario": scenario.title,
        "seed": scenario.seed if scenario.seed != usual.seed else None,
        "clock": clock(scenario.clock),
        "keys": dict(keys(scenario)),
        "transcripts": {name: script(one) for name, one in scenario.transcripts.items()},
        "jobs": [rule(job) for job in scenario.jobs],
        "existing": [existing(one) for one in scenario.existing],
        "faults": [written_fault(fault) for fault in scenario.faults],
        "webhooks": [hook(webhook) for webhook in scenario.webhooks],
    }
    return {name: part for name, part in parts.items() if part not in (None, {}, [])}


def clock(plan: ClockSettings) -> dict[str, Json]:
    return present(
        mode=plan.mode,
        speed=plan.speed if plan.mode == "wall" and plan.speed != 1 else None,
        step=duration(plan.step_seconds) if plan.mode == "step" else None,
        start=instant(plan.start) if plan.start else None,
    )


def instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def keys(scenario: Scenario) -> Iterator[tuple[str, Json]]:
    for key in dict.fromkeys((*scenario.keys, *scenario.limits)):
        state, limit = scenario.keys.get(key), scenario.limits.get(key)
        yield key, state and state.value if limit is None else key_content(state, limit)


def key_content(state: Enum | None, limit: KeyLimit) -> dict[str, Json]:
    rate = limit.rate and f"{limit.rate.count}/{duration(limit.rate.period_seconds)}"
    return present(state=state and state.value, rate=rate, concurrent_jobs=limit.concurrent_jobs)


def script(one: Script) -> Members:
    if one.lines:
        return {"language": one.language, "lines": [line(each) for each in one.lines]}
    length = None if one.duration_ms is None else duration(one.duration_ms / 1000)
    if one.is_silent:
        return {"language": one.language, "lines": [], **present(minutes=length)}
    return present(language=one.language, speakers=one.speakers, minutes=length)


def line(one: Line) -> Members:
    if one.start_ms is None and one.duration_ms is None:
        return {one.speaker: one.text}
    at, lasts = (
        None if ms is None else duration(ms / 1000) for ms in (one.start_ms, one.duration_ms)
    )
    return {one.speaker: present(says=one.text, at=at, **{"for": lasts})}


def rule(one: Rule) -> Members:
    plan = one.plan
    return {
        **present(when=present(**asdict(one.when))),
        **({} if plan.timeline == USUAL else outcome(plan.timeline, plan.error)),
        **present(transcript=plan.transcript),
        **options_content(plan.options),
    }


def outcome(timeline: Timeline | None, error: JobError) -> dict[str, Json]:
    """How a job goes; an error needs a timeline that fails."""
    if timeline is None:
        return {}
    phases = {step.phase.value: duration(step.after_seconds) for step in timeline[1:]}
    wrong = present(**asdict(error)) if "failed" in phases else {}
    return {"timeline": phases, **({"error": wrong} if wrong else {})}


def existing(one: SeedJobs) -> Members:
    newest, oldest = map(duration, one.age_seconds)
    standing = outcome(one.timeline, one.error)
    if one.timeline is None:
        phase = None if one.phase == Phase.COMPLETED else one.phase.value
        standing = present(phase=phase, error=present(**asdict(one.error)))
    recordings = [recorded(each) for each in one.all_recordings]
    [first] = recordings if len(recordings) == 1 else [{"recordings": recordings}]
    if first.keys() - {"audio", "transcript", "recordings"}:
        first = {"recordings": recordings}
    return {
        "provider": one.provider,
        **present(count=one.count if one.count > 1 else None, id=one.id),
        "age": newest if newest == oldest else f"{newest}..{oldest}",
        **standing,
        **present(language=one.language, languages=list(one.languages) or None),
        **first,
        **present(name=one.name),
        **options_content({one.provider: one.options} if one.options else {}),
    }


def recorded(one: SeedRecording) -> Members:
    return present(
        audio=one.audio,
        digest=one.digest,
        length=None if one.duration_ms is None else duration(one.duration_ms / 1000),
        channels=one.channels,
        transcript=one.transcript,
    )


def hook(one: Webhook) -> Members:
    late, later = map(duration, one.delay_seconds)
    return present(
        provider=one.provider,
        url=one.url,
        events=list(one.events) or None,
        secret=one.secret,
        duplicates=one.duplicates or None,
        delay=(late if late == later else f"{late}..{later}") if any(one.delay_seconds) else None,
        order="reversed" if one.reversed else None,
        signature="wrong" if one.wrong_signature else None,
        timestamps="real" if one.real_timestamps else None,
    )


def options_content(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What providers add, in words again: seconds stay numbers."""
    return {name: plain(value) for name, value in facts.items()}


def plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        steps = [one for one in value if isinstance(one, Step)]
        return outcome(tuple(steps), JobError())["timeline"] if steps else [*map(plain, value)]
    return value


def present(**members: Any) -> dict[str, Any]:
    """The members that there are."""
    return {name: value for name, value in members.items() if value not in (None, {})}


def duration(seconds: float) -> str:
    """``1d2h3m4.5s``, ``250ms``, ``0s``; exact to the microsecond."""
    microseconds = round(seconds * 1_000_000)
    if 0 < microseconds < 1_000_000 and microseconds % 1000 == 0:
        return f"{microseconds // 1000}ms"
    parts = []
    for unit in UNITS:
        count, microseconds = divmod(microseconds, round(SECONDS[unit] * 1_000_000))
        parts += [f"{count}{unit}"] if count else []
    whole, rest = divmod(microseconds, 1_000_000)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    parts += [f"{whole}{fraction}s"] if microseconds or not parts else []
    return "".join(parts)
