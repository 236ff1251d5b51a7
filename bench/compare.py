"""The comparison: every server started, weighed and loaded, in turns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import CalledProcessError
from time import perf_counter

from msgspec import Struct, field

from bench import load as own
from bench import wrk
from bench.load import Load
from bench.messages import Message, ask
from bench.payload import JOB, WORKLOADS, Payload, taken
from bench.process import NotStarted, cpu_seconds, free_port, memory_mb, spawned, wait_for
from bench.servers import EMULATOR, PREFIX, Server

Say = Callable[[str], None]
Cell = tuple[str, int]  # workload, connections


class Effort(Struct, frozen=True):
    """How long and how often."""

    starts: int = 3
    rounds: int = 5
    seconds: float = 1.0  # of one load
    connections: tuple[int, ...] = (1, 16)
    workloads: tuple[str, ...] = tuple(WORKLOADS)
    requests: int = 10_000  # before the memory is read again
    patience_seconds: float = 12.0  # for those requests


QUICK = Effort(1, 1, 1.0, (16,), requests=2_000, patience_seconds=2.0)


class Start(Struct, frozen=True):
    """From the spawn on; the last is the processor's own time."""

    first_seconds: float  # to the first valid answer
    ready_seconds: float  # and to all those that are asked also
    cpu_seconds: float | None


class Result(Struct):
    """What was seen of one server."""

    server: Server
    version: str
    starts: list[Start] = field(default_factory=list)
    idle_mb: float | None = None
    after_mb: float | None = None
    after_requests: int = 0
    loads: dict[Cell, list[Load]] = field(default_factory=dict)
    cpu_us: dict[Cell, list[float]] = field(default_factory=dict)  # a request


class Running(Struct, frozen=True):
    port: int
    pid: int
    start: Start


class Unlike(Exception):
    """A server does not answer as it should."""


@contextmanager
def running(server: Server, folder: Path, payload: Payload) -> Iterator[Running]:
    """The server, from its first valid answer on. Raises NotStarted."""
    port = free_port()
    place = folder / server.name
    place.mkdir(parents=True, exist_ok=True)
    command = server.command(port, server.prepared(place, payload, port))
    begin = perf_counter()
    with spawned(command, place, server.environment) as process:
        first = wait_for(process, port, server.first(payload)) - begin
        for message in server.also:
            wait_for(process, port, message)
        start = Start(first, perf_counter() - begin, cpu_seconds(process.pid))
        yield Running(port, process.pid, start)


def payload_of(folder: Path) -> Payload:
    """What the emulator answers is what all answer."""
    place = folder / EMULATOR.name
    place.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with spawned(EMULATOR.command(port, place), place, EMULATOR.environment) as process:
        wait_for(process, port, EMULATOR.also[0])
        return taken(port, PREFIX)


def weighed(result: Result, run: Running, payload: Payload, effort: Effort) -> None:
    """After so many requests, or as many as it answers in the time."""
    message = result.server.asks(payload)[JOB]
    done = own.load(
        run.port, message, connections=16, seconds=effort.patience_seconds, most=effort.requests
    )
    result.after_requests = done.requests
    result.after_mb = memory_mb(run.pid)


def checked(server: Server, port: int, payload: Payload) -> dict[str, Message]:
    """Its messages, each of them asked once. Raises Unlike."""
    messages = server.asks(payload)
    for name, message in messages.items():
        answer = ask(port, message)
        if not 200 <= answer.status < 300:
            raise Unlike(
                f"{server.name}: {name} is answered {answer.status}: {answer.body[:300]!r}"
            )
    return messages


def compared(
    servers: Sequence[Server], folder: Path, effort: Effort, which: str, say: Say
) -> tuple[Payload, list[Result], list[str]]:
    """What was seen of each, and why some are missing. The first is the one that must not fail."""
    payload = payload_of(folder)
    alive: list[Alive] = []
    lost: dict[str, str] = {}
    with ExitStack() as stack:
        for server in servers:
            with missed(server, lost, needed=server is servers[0]):
                alive.append(begun(server, folder, payload, effort, stack))
                say(f"{server.title}: {alive[-1].result.starts[-1].first_seconds:.2f} s")
        for turn in turns(alive, effort):
            server = turn.one.result.server
            if server.title not in lost:
                with missed(server, lost, needed=server is servers[0]):
                    say(loaded(turn, which, effort.seconds))
    there = [one.result for one in alive if one.result.server.title not in lost]
    return payload, there, [f"{title} ({why})" for title, why in lost.items()]


@contextmanager
def missed(server: Server, lost: dict[str, str], *, needed: bool) -> Iterator[None]:
    """A server that fails is left out from then on."""
    try:
        yield
    except (NotStarted, Unlike, OSError, CalledProcessError) as error:
        if needed:
            raise
        lost[server.title] = str(error)


class Alive(Struct, frozen=True):
    """A server that runs until all is done."""

    result: Result
    run: Running
    messages: Mapping[str, Message]


class Turn(Struct, frozen=True):
    number: int
    cell: Cell
    one: Alive


def begun(
    server: Server, folder: Path, payload: Payload, effort: Effort, stack: ExitStack
) -> Alive:
    """Started as often as is asked for; the last one stays, until the stack is left."""
    result = only_started(server, folder, payload, effort.starts - 1)
    run = stack.enter_context(running(server, folder, payload))
    result.starts.append(run.start)
    result.idle_mb = memory_mb(run.pid)
    server.fill(run.port, payload)
    messages = checked(server, run.port, payload)
    weighed(result, run, payload, effort)
    return Alive(result, run, messages)


def only_started(server: Server, folder: Path, payload: Payload, times: int) -> Result:
    result = Result(server, server.version())
    for _ in range(times):
        with running(server, folder, payload) as run:
            result.starts.append(run.start)
            result.idle_mb = memory_mb(run.pid)
    return result


def turns(alive: Sequence[Alive], effort: Effort) -> Iterator[Turn]:
    """Each round visits every workload, and there every server, one after the other."""
    for number in range(effort.rounds):
        for connections in effort.connections:
            for workload in effort.workloads:
                for one in alive:
                    yield Turn(number, (workload, connections), one)


def loaded(turn: Turn, which: str, seconds: float) -> str:
    """What it came to, for people; kept with the server's result. Raises Unlike."""
    (workload, connections), result = turn.cell, turn.one.result
    before = cpu_seconds(turn.one.run.pid)
    message = turn.one.messages[workload]
    done = LOADS[which](turn.one.run.port, message, connections=connections, seconds=seconds)
    after = cpu_seconds(turn.one.run.pid)
    if done.failed or not done.requests:
        raise Unlike(f"{result.server.name}: {done.failed} of {done.requests} failed ({workload})")
    result.loads.setdefault(turn.cell, []).append(done)
    if before is not None and after is not None:
        result.cpu_us.setdefault(turn.cell, []).append((after - before) / done.requests * 1e6)
    where = f"round {turn.number + 1}, {workload}, {connections} connections"
    return f"{where}: {result.server.name} {done.rate:,.0f}/s"


LOADS: Mapping[str, Callable[..., Load]] = {"wrk": wrk.load, "own": own.load}
