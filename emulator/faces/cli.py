"""The command: speech-emulator serve | check | schema."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from emulator import __version__
from emulator.core.scenario.errors import ScenarioErrors
from emulator.core.scenario.language import json_schema
from emulator.faces.options import OPTIONS, BadOption, settle
from emulator.faces.python import scenario_of
from emulator.faces.serve import foreground
from emulator.faces.summary import summary
from emulator.faces.tls import NoTls
from emulator.providers import PROVIDERS

WHAT = "A local server that behaves like four speech-to-text APIs."

EPILOG = "Each flag of serve has a variable, as SPEECH_EMULATOR_LOG_FORMAT; a flag beats it."


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit: 0 done, 1 it cannot be done, 2 it was asked wrongly."""
    given = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    sys.exit(command(given))


def parser() -> Parser:
    top = Parser(prog="speech-emulator", description=WHAT, epilog=EPILOG)
    top.add_argument("--version", action="version", version=f"speech-emulator {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    server = commands.add_parser("serve", help="serve until stopped", epilog=EPILOG)
    server.set_defaults(command=serve)
    for one in OPTIONS:
        extra: dict[str, Any] = {"metavar": one.takes}
        if not one.takes:
            extra = {"action": "store_const", "const": "yes"}
        usual = f" (default {one.default})" if one.default else ""
        server.add_argument(one.flag, dest=one.key, help=one.says + usual, **extra)
    checker = commands.add_parser("check", help="read scenarios, and say what they say")
    checker.add_argument("scenario", nargs="+", metavar="FILE", help="a file or a built-in's name")
    checker.set_defaults(command=check)
    schema_printer = commands.add_parser("schema", help="print the JSON Schema of scenarios")
    schema_printer.set_defaults(command=schema)
    return top


def serve(given: argparse.Namespace) -> int:
    try:
        settings = settle(vars(given), os.environ)
    except BadOption as error:
        return complain(f"speech-emulator serve: {error}", status=2)
    try:
        foreground(settings)
    except (ScenarioErrors, NoTls) as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"speech-emulator: {unbound(error, settings)}")
    return 0


def unbound(error: OSError, settings: dict[str, Any]) -> str:
    where = f"{settings['host']} port {settings['port']}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken; choose another with --port, or let --port 0 find one"
    return f"cannot listen on {where}: {error.strerror or error}"


def check(given: argparse.Namespace) -> int:
    status = 0
    for source in given.scenario:
        try:
            print(f"{source}: ok\n{summary(scenario_of(source))}")
        except ScenarioErrors as errors:
            status = complain(str(errors))
    return status


def schema(given: argparse.Namespace) -> int:
    print(json.dumps(json_schema({one.name: one.words for one in PROVIDERS}), indent=2))
    return 0


def complain(message: str, *, status: int = 1) -> int:
    print(message, file=sys.stderr)
    return status
