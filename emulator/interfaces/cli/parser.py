"""Parser: the arguments of a command, and one line for what is wrong with them."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from emulator.core.scenario.schema.diagnostics import nearest_word


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations, and says what is wrong in one line."""

    def __init__(self, **given: Any) -> None:
        self.flags: list[str] = []
        super().__init__(allow_abbrev=False, **given)
        self.set_defaults(parser=self)

    def add_argument(self, *names: Any, **given: Any) -> argparse.Action:
        self.flags += (name for name in names if name.startswith("--"))
        return super().add_argument(*names, **given)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def parse(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """Exits with 2, and a suggestion, where there is an argument that nobody takes."""
        given, strange = self.parse_known_args(arguments)
        if strange:
            chosen: Parser = given.parser
            near = nearest_word(strange[0].partition("=")[0], chosen.flags)
            hint = f"; did you mean {near}" if near else ""
            what = f"unrecognized arguments: {' '.join(strange)}{hint}"
            self.exit(2, f"{self.prog}: {what} (see {chosen.prog} --help)\n")
        return given


def add_probe(parser: Parser) -> None:
    """What ``health`` takes; said here, since serve can do without all that health imports."""
    parser.add_argument("--url", help="of the server (default: wherever serve runs here)")
