"""Tests and real time: none is lost on a slow machine, as none has less than ten seconds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for path in sorted(ROOT.rglob("*.py"))
    if "hostile" not in path.relative_to(ROOT).parts  # scripts/hostile measures a server with it
}
LEAST_SECONDS = 10
TIME_LIMITS = (  # in the name of an argument or a variable
    *("timeout", "patience", "deadline", "keep_alive", "alive_seconds", "grace"),
    *("head_seconds", "body_seconds"),
)
HTTP = {"get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "Client"}
WAITS = {  # calls whose number is one of seconds: which argument it is, and what it is called
    "wait": 0,
    "join": 0,
    "acquire": 1,
    "sleep": 0,
    "timeout": 0,
    "settimeout": 0,
    "wait_for": 1,
    "wait_idle": 0,
    "wait_until_ready": 0,
    "communicate": 1,
}
CLOCKS = {"time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns"}
COUNTS = {  # the ``wait(2)`` of these takes a number of messages, or moves a clock of the test's
    *("box", "inbox", "far_inbox", "own", "slow", "quick"),
    *("b", "watch"),
    "speech.inbox(name)",
    "speech.inbox('mine')",
}
RUNS_OUT = "it is to run out: what it waits for never comes"
LOOKS_AGAIN = "the pause before it looks again, for as long as it takes"
NOT_REAL = "it is compared with a number of seconds, and no time passes"
SENDER = "interfaces/webhooks/test_sender.py"
CONTROL = "interfaces/control/test_webhooks.py"
SESSION = "interfaces/testing/test_session_interface.py"
STREAM = "interfaces/admin/test_event_stream.py"
ALLOWED = {  # the file, and what of it: why a short time does no harm there
    "support/browser.py::": "the limit of a browser's, a minute",
    "support/browser.py::Browser": LOOKS_AGAIN,
    "support/browser.py::ready": LOOKS_AGAIN,
    f"{STREAM}::test_a_silent_stream_shows_that_it_is_alive": LOOKS_AGAIN,
    "interfaces/transports/test_wire_faults.py::": "a fault lasts at least so long",
    "interfaces/transports/test_wire_faults.py::Watched": LOOKS_AGAIN,
    f"{SESSION}::test_what_does_not_come_is_said": RUNS_OUT,
    f"{SESSION}::test_attempts_that_nobody_answers_are_not_waited_for": RUNS_OUT,
    "interfaces/serving/test_leaks.py::until": LOOKS_AGAIN,
    "interfaces/transports/test_odd_requests.py::": "a test moves the loop's clock",
    f"{SENDER}::test_a_receiver_that_does_not_answer_is_given_up": RUNS_OUT,
    f"{SENDER}::test_to_wait_takes_no_longer_than_is_said": RUNS_OUT,
    "interfaces/serving/test_httpx_transport.py::test_what_drips_too_slowly_is_given_up": NOT_REAL,
    f"{CONTROL}::test_a_wait_in_vain_says_what_there_was": RUNS_OUT,
    f"{CONTROL}::test_a_wait_for_nothing_says_that_nothing_was_sent": RUNS_OUT,
    f"{CONTROL}::test_a_wait_that_takes_too_long_says_so": RUNS_OUT,
    "support/receivers.py::": "the limit of until, a minute",
    "support/receivers.py::until": LOOKS_AGAIN,
    "sdk/clients/livekit_client.py::feed": "audio comes in pieces, however late",
    "sdk/test_python_live.py::test_a_bad_key_ends_a_session_before_it_begins": LOOKS_AGAIN,
    "sdk/test_python_live.py::test_the_asynchronous_client_does_the_same": LOOKS_AGAIN,
    "test_builtins.py::test_stuck_never_ends": RUNS_OUT,
}


def seconds_of(node: ast.AST) -> float | None:
    """What a literal says: 0.5, "10ms", "3s"; None: it is no number of seconds."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node.value, str):
        for unit, factor in (("ms", 0.001), ("s", 1.0)):
            number = node.value.removesuffix(unit)
            if number != node.value and number.replace(".", "", 1).isdecimal():
                return float(number) * factor
    return None


def is_short(node: ast.AST) -> bool:
    found = seconds_of(node)
    return found is not None and 0 < found < LEAST_SECONDS


def is_limit(name: str | None) -> bool:
    return name is not None and any(word in name for word in TIME_LIMITS)


def has_the_limit_of_httpx(node: ast.Call) -> bool:
    """Whether a request over a socket leaves out the limit, which is five seconds then."""
    match node.func:
        case ast.Attribute(value=ast.Name(id="httpx" | "httpx2"), attr=name):
            given = {keyword.arg for keyword in node.keywords}
            is_one = name.removeprefix("Async") in HTTP
            return is_one and given.isdisjoint({"timeout", "transport", None})
    return False


def call_has_short_time(node: ast.Call) -> bool:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
    if any(is_limit(keyword.arg) and is_short(keyword.value) for keyword in node.keywords):
        return True
    if has_the_limit_of_httpx(node):
        return True
    places = node.args[WAITS.get(name, len(node.args)) :][:1]
    if name == "wait":
        is_count = ast.unparse(function).rpartition(".")[0] in COUNTS
        places = node.args[1:] if is_count else node.args
    return any(map(is_short, places))


def has_short_time(node: ast.AST) -> bool:
    """Whether this node gives something less than ten seconds of real time, or measures it."""
    match node:
        case ast.Call():
            return call_has_short_time(node)
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
            named = target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
            return value is not None and is_limit(named.lower()) and is_short(value)
        case ast.arguments(
            args=args, defaults=defaults, kwonlyargs=only, kw_defaults=only_defaults
        ):
            given = [*zip(args[len(args) - len(defaults) :], defaults, strict=True)]
            given += [(one, value) for one, value in zip(only, only_defaults, strict=True) if value]
            return any(is_limit(one.arg) and is_short(value) for one, value in given)
        case ast.ImportFrom(module="time", names=names):
            return any(name.name in CLOCKS for name in names)
        case ast.Import(names=names):
            return any(name.name == "time" for name in names)
    return False


def findings(source: str) -> Iterator[tuple[str, str]]:
    """Each place: the function that it stands in, and its text."""

    def visit(node: ast.AST, inside: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            if has_short_time(child):
                yield inside, ast.unparse(child)
            here = inside
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                here = inside or child.name
            yield from visit(child, here)

    yield from visit(ast.parse(source), "")


@pytest.mark.parametrize("name", FILES)
def test_no_test_needs_less_than_ten_seconds_of_real_time(name: str) -> None:
    found = [
        (inside, text)
        for inside, text in findings(read(name))
        if f"{name}::{inside}" not in ALLOWED
    ]

    assert found == []


def test_whatever_is_allowed_is_there() -> None:
    found = {f"{name}::{inside}" for name in FILES for inside, _ in findings(read(name))}

    assert set(ALLOWED) <= found


def read(name: str) -> str:
    return FILES[name].read_text()


@pytest.mark.parametrize(
    "text",
    [
        "event.wait(5)",
        "process.wait(timeout=5)",
        "lock.acquire(True, 0.5)",
        "asyncio.wait_for(work, 5)",
        "time.sleep(0.1)",
        "box.wait(2, timeout='10ms')",
        "box.wait(2, '3s')",
        "config.timeout_keep_alive = 0.1",
        "PATIENCE_SECONDS: float = 5",
        "def wait(*, timeout=5): ...",
        "def wait(timeout=5): ...",
        "import time",
        "from time import perf_counter",
        "httpx.get(url)",
        "httpx.AsyncClient(base_url=url)",
    ],
)
def test_a_short_time_is_found(text: str) -> None:
    assert len(list(findings(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "event.wait(60)",
        "event.wait()",
        "box.wait(2)",
        "wait(True)",
        "process.wait(timeout=60)",
        "box.wait(2, timeout='60s')",
        "asyncio.sleep(0)",
        "wait(timeout=seconds)",
        "from time import thread_time",
        "httpx.get(url, timeout=60)",
        "httpx.Client(transport=transport)",
        "http.get(url)",
        "httpx.URL(url)",
    ],
)
def test_other_times_are_left_alone(text: str) -> None:
    assert list(findings(text)) == []
