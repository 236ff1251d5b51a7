"""Arguments: the options of the Python API, checked as those of the command line are."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict, get_args

from emulator.core.engine.finishing import Strictness
from emulator.core.engine.tenant import ClockMode
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import sentence
from emulator.interfaces.serving import options
from emulator.interfaces.serving.options import BadOption

Check = Callable[[Any], Any]
MOST_SHOWN = 60  # characters of a wrong value


class Options(TypedDict, total=False):
    """The options of ``run``, ``app`` and ``transport`` alike."""

    clock: ClockMode
    requests: Strictness
    answers: Strictness
    public_url: str | None
    trust_forwarded: bool
    webhook_allow: Iterable[str]
    webhook_rewrite: Mapping[str, str]


def wrong_option(wanted: str, given: object) -> ValueError:
    shown = repr(given)
    return ValueError(f"{wanted} is wanted, not {shown[:MOST_SHOWN]}")


def scenario(given: object) -> object:
    if given is None or isinstance(given, Scenario | str | Path):
        return given
    raise wrong_option("a path, the name of a built-in scenario, or YAML as a text", given)


def text(read: Callable[[str], Any]) -> Check:
    def check(given: object) -> Any:
        if not isinstance(given, str):
            raise wrong_option("a text", given)
        return read(given)

    return check


def optional(check: Check) -> Check:
    return lambda given: None if given is None else check(given)


def boolean(given: object) -> bool:
    if not isinstance(given, bool):
        raise wrong_option("True or False", given)
    return given


def integer(low: int, high: int | None = None) -> Check:
    def check(given: object) -> int:
        if isinstance(given, bool) or not isinstance(given, int):
            raise wrong_option("a whole number", given)
        if given < low or (high is not None and given > high):
            upper = "up" if high is None else f"to {high}"
            raise ValueError(f"{given} is no whole number from {low} {upper}")
        return given

    return check


def hosts(given: object) -> tuple[str, ...]:
    """A text is a list of letters, too, and of none of those a host."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise wrong_option('a list of hosts, as ["hooks.example.com"],', given)
    found: list[str] = []
    for one in given:
        found += text(options.globs)(one)
    return tuple(found)


def rewrites(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise wrong_option('a mapping of hosts, as {"localhost": "host.docker.internal"},', given)
    found: dict[str, str] = {}
    for host, other in given.items():
        if not (isinstance(host, str) and isinstance(other, str)):
            raise wrong_option("a mapping of hosts to hosts", given)
        found |= options.rewrites(f"{host}={other}")
    return found


CHECKS: Mapping[str, Check] = {
    "scenario": scenario,
    "clock": text(options.one_of(*get_args(ClockMode))),
    "requests": text(options.strictness),
    "answers": text(options.strictness),
    "public_url": optional(text(options.url)),
    "trust_forwarded": boolean,
    "webhook_allow": hosts,
    "webhook_rewrite": rewrites,
    "host": text(options.text),
    "port": integer(0, 65535),
    "max_body_bytes": integer(0),
    "admin_token": optional(text(options.text)),
    "open_admin": boolean,
}


def check_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are used. Raises BadOption for the first that is wrong."""
    return {name: checked_value(name, value) for name, value in given.items()}


def checked_value(name: str, value: object) -> Any:
    try:
        return CHECKS[name](value)
    except ValueError as error:
        raise BadOption(f"{name}: {error}") from None


def refuse_unknown(function: str, given: Iterable[str], own: Iterable[str] = ()) -> None:
    """Raise TypeError for an option that neither all functions have nor this one."""
    known = ("scenario", *own, *Options.__annotations__)
    for name in given:
        if name not in known:
            what = f'{function}() has no option "{name}"'
            raise TypeError(sentence(what, given=name, allowed=known, label="options"))
