"""Logs: lines for people, or JSON for machines, on standard error."""

import json
import logging
import sys
import threading
from typing import Any

from emulator.core.base.escaping import escaped_line, escaped_lines
from emulator.core.journal.exchange import Exchange


class TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """One line; of several only where our own words begin them, and indented then."""
        if "\n" in str(record.msg):
            record.message = indented(record.message)
        else:
            record.message = escaped_line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return f"  {indented(super().formatException(ei))}"


def indented(text: str) -> str:
    """Lines, none of which but the first can be taken for the beginning of a record."""
    return escaped_lines(text.rstrip("\n")).replace("\n", "\n  ")


class JsonFormatter(logging.Formatter):
    """One object a line; a line of an exchange has its members too."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        exchange = getattr(record, "exchange", None)
        if isinstance(exchange, Exchange):
            line |= exchange_members(exchange)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)  # in ASCII: a terminal may have no more


def exchange_members(exchange: Exchange) -> dict[str, object]:
    return {
        "provider": exchange.provider,
        "operation": exchange.operation,
        "method": exchange.request.method,
        "path": exchange.request.path,
        "status": exchange.response.status,
        "request_id": exchange.request.id,
        "refused": exchange.refused,
        "why": list(exchange.why),
        "fault": exchange.fault.rule if exchange.fault else None,
        "notes": list(exchange.notes),
        "violations": [
            f"{violation.place} {violation.name}: {violation.message}"
            for violation in exchange.violations
        ],
    }


FORMATTERS = {"text": TextFormatter, "json": JsonFormatter}


def configure_logging(format: str, level: str) -> None:
    """Send this program's log lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[format]())
    logger = logging.getLogger("speech_emulator")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False


def capture_root_logging(format: str) -> None:
    """Send what others say there, too: libraries, warnings, and as JSON what nobody caught."""
    own = logging.getLogger("speech_emulator")
    root = logging.getLogger()
    root.handlers = own.handlers
    root.setLevel(max(logging.WARNING, own.level))
    logging.captureWarnings(True)
    if format == "json":
        sys.excepthook = lambda kind, error, trace: log_uncaught(error)
        threading.excepthook = lambda args: log_uncaught(args.exc_value)
        sys.unraisablehook = lambda args: log_uncaught(args.exc_value)


def log_uncaught(error: BaseException | None) -> None:
    logger = logging.getLogger("speech_emulator")
    logger.critical("nobody caught %s: %s", type(error).__name__, error, exc_info=error)


def log_line(message: str, *, level: int = logging.ERROR, format: str = "text") -> str:
    """A line for standard error before there is a log; in text the message alone."""
    if format == "text":
        return escaped_lines(message)
    record = logging.LogRecord("speech_emulator", level, "", 0, message, None, None)
    return JsonFormatter().format(record)
