"""health: whether the server of this machine, or container, is ready; for probes.

A probe runs every few seconds: this module imports little, and ``__main__`` imports no more.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NoReturn
from urllib.parse import urlsplit

from emulator.interfaces.cli.parser import Parser, add_probe
from emulator.interfaces.cli.readiness import ServerRecord, find_records, folders
from emulator.interfaces.serving.options import OPTIONS, BadOption, url
from emulator.interfaces.transports.addresses import LOOPBACK, base_url

NAME = "speech-emulator health"
TIMEOUT_SECONDS = 3.0


def main(arguments: Sequence[str]) -> NoReturn:
    parser = Parser(prog=NAME)
    add_probe(parser)
    sys.exit(health(parser.parse(arguments)))


def health(given: argparse.Namespace) -> int:
    """Print one line. 0: every server that was found is ready; 1: one is not; 2: a wrong URL."""
    try:
        records = servers(given.url, os.environ)
    except BadOption as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        return 2
    return report(records)


def servers(given: str | None, environment: Mapping[str, str]) -> tuple[ServerRecord, ...]:
    """The one that is asked for, else those with a record, else the one of the variables.

    Raises BadOption.
    """
    known = {record.url: record for record in find_records(folders(environment)).values()}
    if given is None:
        return tuple(known.values()) or (ServerRecord(default_url(environment)),)
    try:
        chosen = url(given)
    except ValueError as error:
        raise BadOption(f"--url: {error}") from None
    return (known.get(chosen, ServerRecord(chosen)),)


def default_url(environment: Mapping[str, str]) -> str:
    """Where serve listens without a flag. Raises BadOption."""
    named = {option.name: option for option in OPTIONS}
    host, port, tls = (named[name].value(None, environment) for name in ("host", "port", "tls"))
    return base_url("https" if tls else "http", LOOPBACK.get(host, host), port)


def report(records: Iterable[ServerRecord]) -> int:
    troubles = {record.url: find_trouble(record) for record in records}
    gone = [one for one, why in troubles.items() if isinstance(why, ConnectionRefusedError)]
    if len(gone) < len(troubles):
        for one in gone:  # a record that a server left when it was killed
            del troubles[one]
    for one, why in troubles.items():
        if why:
            print(f"{NAME}: {one} is not ready: {why}", file=sys.stderr)
            return 1
    print(f"ready: {', '.join(troubles)}")
    return 0


def find_trouble(record: ServerRecord) -> Exception | str:
    """Why it is not ready; empty: it is. No proxy stands between a server and its own machine."""
    parts = urlsplit(record.url)
    try:
        connection = connect(parts.scheme, parts.hostname or "", parts.port, record.authority)
        connection.request("GET", f"{parts.path}/_emulator/ready")
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status == 200 and json.loads(body) == {"status": "ready"}:
            return ""
    except (OSError, HTTPException, ValueError) as error:
        return error
    return f"it answers {response.status}"


def connect(scheme: str, host: str, port: int | None, authority: str | None) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    import ssl

    trust = ssl.create_default_context(cafile=authority)
    return HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=trust)
