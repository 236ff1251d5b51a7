"""The command speech-emulator: serve, exec, env, check, schema, init, export, coverage, health."""

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from emulator.application.scenario_sources import EVENTS, WORDS, load_file, load_source
from emulator.core.base.escaping import escaped_line, escaped_lines
from emulator.core.base.version import __version__
from emulator.core.inspection.coverage import FORMATS
from emulator.core.scenario.files import is_there
from emulator.core.scenario.loader import json_schema
from emulator.core.scenario.schema.diagnostics import ScenarioErrors, quote
from emulator.core.speech.vocabulary import NoWordLists
from emulator.interfaces.cli import run_command
from emulator.interfaces.cli.parser import Parser, add_probe
from emulator.interfaces.cli.readiness import NoReadyFile
from emulator.interfaces.cli.scenario_summary import summary
from emulator.interfaces.cli.serve import NoAddress, bind_error, run_server
from emulator.interfaces.serving import logs
from emulator.interfaces.serving.options import (
    OPTIONS,
    BadOption,
    Option,
    resolve_options,
    unknown_variables,
)
from emulator.interfaces.serving.tls import NoTls

if TYPE_CHECKING:
    from emulator.client import Client

Commands = Any  # argparse's own class for sub-commands is private

STARTER = Path(__file__).with_name("starter.yaml")
SCHEMA_NAME = "scenario.schema.json"
WHAT_SCENARIO = "A local server that behaves like four speech-to-text APIs."

INPUT = "standard input"
BROKEN_PIPE = 141  # as a shell has it for a program that SIGPIPE ended
LOG_FORMAT = next(option for option in OPTIONS if option.key == "log_format")

EPILOG = "Each flag of serve has a variable, as SPEECH_EMULATOR_LOG_FORMAT; a flag beats it."


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit: 0 done, 1 it cannot be done, 2 it was asked wrongly."""
    escape_unprintable(sys.stdout)
    try:
        try:
            status = run(arguments)
        finally:
            flush(
                sys.stdout
            )  # or a pipe that is closed would be found out of reach, at the very end
    except BrokenPipeError:
        discard_output()
        status = BROKEN_PIPE
    sys.exit(status)


def run(arguments: Sequence[str] | None) -> int:
    given = parser().parse(arguments)
    for line in unknown_variables(os.environ):
        print_error(
            f"speech-emulator: {line}", level=logging.WARNING, format=log_format(vars(given))
        )
    command: Callable[[argparse.Namespace], int] = given.command
    return command(given)


def escape_unprintable(stream: object) -> None:
    """A terminal may have fewer characters than a scenario's title; that is no reason to stop."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def encode_as_scenarios(stream: object) -> None:
    """What goes to a file is UTF-8, as scenarios are, whatever the terminal has."""
    if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
        stream.reconfigure(encoding="utf-8")


def flush(stream: IO[str] | None) -> None:
    """A process may have no standard output at all."""
    if stream is not None:
        stream.flush()


def discard_output() -> None:
    """Let what is left to be written go nowhere: its reader has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)


def parser() -> Parser:
    top = Parser(prog="speech-emulator", description=WHAT_SCENARIO, epilog=EPILOG)
    top.add_argument("--version", action="version", version=f"speech-emulator {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    server = commands.add_parser("serve", help="serve until stopped", epilog=EPILOG)
    server.set_defaults(command=serve)
    add_options(server, OPTIONS)
    add_run(commands)
    add_scenarios(commands)
    add_remote(commands)
    prober = commands.add_parser("health", help="ask whether the server of this machine is ready")
    prober.set_defaults(command=health)
    add_probe(prober)
    return top


def add_options(command: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    for option in options:
        extra: dict[str, Any] = {"metavar": option.takes}
        if not option.takes:
            extra = {"action": "store_const", "const": "yes"}
        usual = f" (default {option.default})" if option.default else ""
        command.add_argument(option.flag, dest=option.key, help=option.help + usual, **extra)


def add_run(commands: Commands) -> None:
    runner = commands.add_parser("exec", help="serve on a free port while a command runs")
    runner.set_defaults(command=execute)
    add_options(runner, (option for option in OPTIONS if option.key in run_command.OPTIONS))
    runner.add_argument("words", nargs="+", metavar="COMMAND", help="after --: what to run")
    shower = commands.add_parser("env", help="print the variables that lead clients to a server")
    shower.set_defaults(command=env)
    shower.add_argument("--url", help="of the server (default $SPEECH_EMULATOR_URL, else :4788)")
    shower.add_argument("--key", default=run_command.KEY, help="the key (default %(default)s)")


def add_scenarios(commands: Commands) -> None:
    checker = commands.add_parser("check", help="read scenarios, and say what they say")
    checker.add_argument(
        "scenario",
        nargs="+",
        metavar="FILE",
        help="a file, a built-in's name, or - (standard input)",
    )
    checker.set_defaults(command=check)
    schema_printer = commands.add_parser("schema", help="print the JSON Schema of scenarios")
    schema_printer.set_defaults(command=schema)
    starter = commands.add_parser("init", help="write a scenario to begin with, with comments")
    starter.add_argument("file", nargs="?", default="scenario.yaml", help="(default %(default)s)")
    starter.set_defaults(command=init)


def add_remote(commands: Commands) -> None:
    exporter = commands.add_parser("export", help="print a running server's tenant as a scenario")
    exporter.set_defaults(command=export)
    exporter.add_argument("--key", default=run_command.KEY, help="whose (default %(default)s)")
    teller = commands.add_parser("coverage", help="what clients have met of the APIs")
    teller.set_defaults(command=coverage)
    teller.add_argument("--key", help="of one key (default: of all)")
    teller.add_argument("--format", default="table", choices=FORMATS)
    teller.add_argument(
        "--fail-under", type=float, default=0.0, metavar="PERCENT", help="exit 1 below that"
    )
    for one in (exporter, teller):
        one.add_argument("--url", help="of the server (default $SPEECH_EMULATOR_URL, else :4788)")


def serve(given: argparse.Namespace) -> int:
    form = log_format(vars(given))
    try:
        settings = resolve_options(vars(given), os.environ)
        require_file(settings)
    except BadOption as error:
        return print_error(f"speech-emulator serve: {error}", status=2, format=form)
    try:
        run_server(settings)
    except (ScenarioErrors, NoTls, NoWordLists) as error:
        return print_error(str(error), format=form)
    except (NoAddress, NoReadyFile) as error:
        return print_error(f"speech-emulator: {error}", format=form)
    return 0


def require_file(settings: Mapping[str, Any]) -> None:
    """Raise BadOption where --watch has nothing to watch."""
    source = settings["scenario"]
    if settings["watch"] and not (source and is_there(source)):
        what = f"{quote(source)} is no file" if source else "there is no file to watch"
        raise BadOption(f"--watch: {what}; name one with --scenario FILE")


def log_format(given: Mapping[str, Any]) -> str:
    """How to say what is wrong before, or while, the options are read."""
    try:
        return str(LOG_FORMAT.value(given.get(LOG_FORMAT.key), os.environ))
    except BadOption:
        return "text"


def execute(given: argparse.Namespace) -> int:
    quiet = {"SPEECH_EMULATOR_LOG_LEVEL": "warning"}  # the screen is the command's
    form = log_format(vars(given))
    try:
        settings = resolve_options(vars(given), {**quiet, **os.environ})
        terminal = sys.stdin is not None and sys.stdin.isatty()
        return run_command.run_command(given.words, settings, os.environ, terminal=terminal)
    except BadOption as error:
        return print_error(f"speech-emulator exec: {error}", status=2, format=form)
    except run_command.CommandNotRun as error:
        return print_error(f"speech-emulator exec: {error}", status=error.status, format=form)
    except (ScenarioErrors, NoWordLists) as error:
        return print_error(str(error), format=form)
    except OSError as error:
        what = bind_error(error, {**settings, "port": 0})
        return print_error(f"speech-emulator exec: {what}", format=form)


def env(given: argparse.Namespace) -> int:
    try:
        base = run_command.server_url(given.url, os.environ)
    except BadOption as error:
        return print_error(f"speech-emulator env: {error}", status=2)
    print(run_command.export_lines(run_command.environment_variables(base, given.key, os.environ)))
    return 0


def check(given: argparse.Namespace) -> int:
    status = 0
    for source in given.scenario:
        try:
            scenario = load_file(sys.stdin.buffer, name=INPUT) if source == "-" else None
            shown = source if scenario is None else INPUT
            print(f"{escaped_line(shown)}: ok\n{summary(scenario or load_source(source))}")
        except ScenarioErrors as errors:
            status = print_error(str(errors))
    return status


def schema(given: argparse.Namespace) -> int:
    print(schema_text())
    return 0


def schema_text() -> str:
    return json.dumps(json_schema(WORDS, EVENTS), indent=2)


def init(given: argparse.Namespace) -> int:
    path = Path(given.file)
    beside = path.with_name(SCHEMA_NAME)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(STARTER.read_text("utf-8"))
        written = [path]
        if not beside.exists():
            beside.write_text(schema_text() + "\n", "utf-8")
            written.append(beside)
    except FileExistsError:
        return print_error(f"speech-emulator init: {path} is there already")
    except OSError as error:
        return print_error(f"speech-emulator init: {path}: {error.strerror}")
    print(f"wrote {' and '.join(map(str, written))}; try: speech-emulator serve --scenario {path}")
    return 0


def health(given: argparse.Namespace) -> int:
    from emulator.interfaces.cli import health  # with http.client: serve needs neither

    return health.health(given)


def export(given: argparse.Namespace) -> int:
    def tell(client: "Client") -> int:
        text = client.tenant(given.key).export()
        encode_as_scenarios(sys.stdout)
        print(text, end="")
        return 0

    return ask_server(given, tell)


def coverage(given: argparse.Namespace) -> int:
    def tell(client: "Client") -> int:
        asked = client.tenant(given.key) if given.key else client
        found = asked.coverage()
        shown = found if given.format == "json" else asked.coverage(given.format)
        print(
            json.dumps(shown, indent=2)
            if given.format == "json"
            else escaped_lines(shown.rstrip("\n"))
        )
        if found["percent"] < given.fail_under:
            return print_error(f"coverage is {found['percent']:g} %, below {given.fail_under:g} %")
        return 0

    return ask_server(given, tell)


def ask_server(given: argparse.Namespace, tell: Callable[["Client"], int]) -> int:
    """Of a running server; it may not be there, or have something against it."""
    import httpx2

    from emulator.client import AdminError, Client  # no other command talks to anybody

    try:
        url = run_command.server_url(given.url, os.environ)
    except BadOption as error:
        return print_error(f"speech-emulator: {error}", status=2)
    try:
        with Client(url, token=os.environ.get("SPEECH_EMULATOR_ADMIN_TOKEN")) as client:
            return tell(client)
    except AdminError as error:
        return print_error(f"speech-emulator: {error}")
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return print_error(f"speech-emulator: no server at {url}: {error}")


def print_error(
    message: str, *, status: int = 1, level: int = logging.ERROR, format: str = "text"
) -> int:
    print(logs.log_line(message, level=level, format=format), file=sys.stderr)
    return status
