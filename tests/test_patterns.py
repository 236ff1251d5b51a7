"""Regular expressions: each of them takes time in proportion to the length of its text.

Every one in ``emulator/`` is on the list below, with texts that are as bad for it as can be. No
time is too long by itself: what fails takes more than half a second for the longest of them, in the
best of three runs, where a linear one takes milliseconds, and more than twenty times as long as for
an eighth of the length, where a linear one takes eight times and a quadratic one 64 times as long.
"""

import ast
import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from functools import partial
from pathlib import Path
from time import thread_time
from typing import Any, NamedTuple

import jsonschema_rs
import pytest

from emulator.application import addressing
from emulator.core.base import escaping
from emulator.core.contract import openapi, request_reader
from emulator.core.http import messages
from emulator.core.journal import redaction
from emulator.core.scenario import (
    clock_keys_transcripts,
    fault_effects,
    fault_rules,
    files,
    routes,
    webhooks,
)
from emulator.core.scenario.schema import nodes as tree
from emulator.core.scenario.schema import (
    quantities,
    reference_page,
    scalars,
    yaml_errors,
    yaml_reader,
)
from emulator.core.speech import languages, media, vocabulary
from emulator.interfaces.serving import options
from emulator.interfaces.transports import protocol, request_target
from emulator.interfaces.webhooks import targets
from emulator.providers.aitronos import results
from emulator.providers.azure_speech import durations, errors, filters, requests
from emulator.providers.gladia import entities
from emulator.providers.phrase_studio import requests as phrase_requests

ROOT = Path(__file__).parents[1]
CALLS = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
SHORT = (8, 16, 32, 64)  # characters; an expression that needs exponential time ends here
LONG, EIGHTH = 2**14, 2**11
SECONDS, GROWTH = 0.5, 20.0

# What a text is made of that is bad for one expression or another, and how it ends.
PUMPS = (
    *("a", "1", "0", ".", "-", " ", ",", "'", '"', "/", ":", "(", "[", "*", "…", "é", "\n", "{"),
    *("@.", "a@", "@a", '\\"', ", ", "1.", "a.", "1-", "a-", "a/", "''", "1 ", "00:", "<!-- "),
)
ENDS = ("", "!", "a")

Run = Callable[[str, str], object]  # an expression, and a text
MATCH: Run = re.match
FULL: Run = re.fullmatch
SEARCH: Run = re.search


def replaced(pattern: str, text: str) -> object:
    return re.sub(pattern, "", text)


class Listed(NamedTuple):
    """An expression's sources, how it is used, and how texts for it begin."""

    sources: tuple[str, ...]
    run: Run
    starts: tuple[str, ...] = ()
    most: int = LONG  # characters; longer texts are refused before, or cannot be


def one(source: str, run: Run, *starts: str) -> Listed:
    return Listed((source,), run, starts)


AMOUNTS = (
    *(
        quantities.NUMBER,
        quantities.INTEGER,
        quantities.DURATION,
        quantities.SIZE,
        quantities.CHANCE,
    ),
    quantities.INSTANT,
)
TEXTS = (
    *(
        r"[\s\S]*\S[\s\S]*",
        scalars.LANGUAGE,
        clock_keys_transcripts.ID,
        fault_effects.TOKEN,
        fault_effects.FIELD,
    ),
    webhooks.ADDRESS,
)
URL = "https://a/speechtotext/"
EXPRESSIONS: dict[str, Listed] = {
    "application/addressing.py: HOST": one(addressing.HOST.pattern, FULL, "[", "a:"),
    "application/addressing.py: '|'.join(map(translate, globs))": one(
        "|".join(map(translate, ("*.cognitiveservices.azure.com", "*.api.*.com"))), MATCH, ".api."
    ),
    "core/contract/openapi.py: BRACES": one(openapi.BRACES.pattern, SEARCH, "{"),
    "core/contract/request_reader.py: INTEGER": one(request_reader.INTEGER.pattern, FULL, "+"),
    "core/contract/request_reader.py: DECIMAL": one(
        request_reader.DECIMAL.pattern, FULL, "+1.", "1e"
    ),
    r"core/contract/request_reader.py: re.escape(name) + '\\[([^\\]]+)\\]'": one(
        r"metadata\[([^\]]+)\]", FULL, "metadata["
    ),
    "core/contract/request_reader.py: STRING_OR_COMMA": one(
        request_reader.STRING_OR_COMMA, replaced, '{"a": "', '{"a": 1,'
    ),
    r"core/contract/request_reader.py: re.escape(one.name) + '\\[\\d*\\]'": one(
        r"status\[\d*\]", FULL, "status["
    ),
    "core/contract/routing.py: ''.join(named)": Listed(
        (r"(?P<id>[^/]+):ping", r"row\-(?P<row>[^/]+)"), FULL, ("row-", "a:ping")
    ),
    "application/addressing.py: FORWARDED_PREFIX": one(
        addressing.FORWARDED_PREFIX.pattern, FULL, "/%41"
    ),
    "core/base/escaping.py: IN_LINE": one(escaping.IN_LINE.pattern, replaced),
    "core/base/escaping.py: IN_LINES": one(escaping.IN_LINES.pattern, replaced),
    "core/speech/media.py: FRAME": one(media.FRAME.pattern.decode("latin-1"), SEARCH, "\xff"),
    "core/http/messages.py: PLAIN_PATH": one(messages.PLAIN_PATH.pattern, FULL),
    "core/journal/redaction.py: SECRET": one(redaction.SECRET, SEARCH, "cookie"),
    "core/scenario/schema/quantities.py: '([0-9.]+)(ms|[dhms])'": Listed(
        (r"([0-9.]+)(ms|[dhms])",), SEARCH, most=quantities.LONGEST
    ),
    "core/scenario/schema/quantities.py: pattern": Listed(
        AMOUNTS, FULL, ("1.", "1d", "1970-01-01T00:00:")
    ),
    "core/scenario/fault_rules.py: pattern": one(fault_rules.CallsType("").pattern, FULL, "1.."),
    "core/http/problem_texts.py: '(?<=[a-z])(?=[A-Z])'": one("(?<=[a-z])(?=[A-Z])", replaced),
    "core/scenario/files.py: KEY": one(files.KEY, MATCH),
    "core/scenario/schema/yaml_reader.py: PAIR": one(yaml_reader.PAIR, replaced, "\\ud800"),
    "core/scenario/routes.py: PARAMETER": one(routes.PARAMETER.pattern, replaced, "{"),
    # Of a glob, which is short: a bracket that does not end is looked at by each one before it.
    "core/scenario/routes.py: PIECES": Listed(
        (routes.PIECES.pattern,), re.findall, ("[",), scalars.MOST_GLOB
    ),
    "core/scenario/schema/scalars.py: LANGUAGE": one(scalars.LANGUAGE, FULL, "en-"),
    "core/scenario/schema/yaml_errors.py: NAMES": one(yaml_errors.NAMES.pattern, MATCH),
    # Of the names in the server's own environment.
    "interfaces/serving/options.py: LINK": Listed(
        (options.LINK,), FULL, ("SPEECH_EMULATOR_", "SPEECH_EMULATOR_PORT_1_"), 1000
    ),
    "interfaces/serving/options.py: LINKED_VALUE": one(options.LINKED_VALUE, FULL, "tcp://"),
    "core/scenario/schema/yaml_reader.py: UNPRINTABLE": one(
        yaml_reader.UNPRINTABLE.pattern, SEARCH
    ),
    "core/scenario/schema/yaml_reader.py: '\\r\\n|[\\r\\n\\x85\\u2028\\u2029]'": one(
        "\r\n|[\r\n\x85\u2028\u2029]", re.split
    ),
    "core/scenario/clock_keys_transcripts.py: RATE": one(clock_keys_transcripts.RATE, FULL, "1/"),
    "core/scenario/schema/reference_page.py: MARK": one(
        reference_page.MARK.pattern, SEARCH, "<!-- keys: "
    ),
    "core/scenario/schema/scalars.py: MAGIC": one(scalars.MAGIC.pattern, SEARCH),
    "core/scenario/schema/scalars.py: pattern": Listed(TEXTS, FULL, ("en-", "http://a", "inbox:")),
    "core/scenario/schema/nodes.py: NUMBER": one(tree.NUMBER, FULL, "-1.", "1e"),
    "core/speech/languages.py: PIECE": one(languages.PIECE.pattern, re.findall),
    "core/speech/vocabulary.py: NO_WORD": one(vocabulary.NO_WORD.pattern, SEARCH),
    "interfaces/serving/options.py: SIZE": one(options.SIZE, FULL, "1"),
    "interfaces/serving/options.py: GLOB": one(options.GLOB, FULL),
    r"interfaces/serving/options.py: '\\d{1,20}'": one(r"\d{1,20}", FULL),
    "interfaces/serving/options.py: HOST": one(options.HOST, FULL),
    "interfaces/transports/protocol.py: REQUEST_BEGINNING": one(
        protocol.REQUEST_BEGINNING.pattern.decode("latin-1"), MATCH, "A", "\r\n"
    ),
    "interfaces/transports/request_target.py: ABSOLUTE": one(
        request_target.ABSOLUTE.pattern.decode("latin-1"), FULL, "http://", "https://a/"
    ),
    "interfaces/webhooks/targets.py: NON_PRINTABLE": one(
        targets.NON_PRINTABLE.pattern, SEARCH, "a"
    ),
    "providers/aitronos/results.py: CORE": one(results.CORE, SEARCH, "a"),
    "providers/aitronos/results.py: shape": Listed(
        tuple(dict.fromkeys(results.SHAPES.values())), replaced, ("a@b.",)
    ),
    "providers/aitronos/results.py: MASKED": one(results.MASKED, replaced),
    "providers/azure_speech/durations.py: ISO": one(durations.ISO, FULL, "P", "P1DT1", "PT1."),
    r"providers/azure_speech/durations.py: '\\d+'": one(r"\d+", re.findall),
    "providers/azure_speech/errors.py: PLACE": one(
        errors.PLACE, SEARCH, "line 1", "line 1 column 1", "line 1 column 1 (char 1"
    ),
    "providers/azure_speech/filters.py: TOKEN": one(filters.TOKEN, MATCH, "'", " '", "2026-01-01T"),
    "providers/azure_speech/requests.py: ENTITIES[kind or name]": Listed(
        tuple(requests.ENTITIES.values()), FULL, ("http://", URL, f"{URL}v1/models/", f"{URL}v1")
    ),
    "providers/gladia/entities.py: shape": Listed(
        tuple(shape for shape, _ in entities.SHAPES), FULL, ("a@", "@@", "http://", "$1", "1:11")
    ),
    "providers/phrase_studio/requests.py: INDEXED": one(phrase_requests.INDEXED, FULL, "a["),
}
# Who asks globs, which ``fnmatch`` makes expressions of: those do not go back to an earlier star.
GLOBS = {
    *(
        "application/addressing.py",
        "core/inspection/explain.py",
        "core/faults/engine.py",
        "core/base/globs.py",
        "core/inspection/verification.py",
    ),
    *(
        "core/scenario/fault_rules.py",
        "core/scenario/job_rules.py",
        "core/scenario/schema/scalars.py",
    ),
    *("core/scenario/without_effect.py", "core/scenario/routes.py"),
    *(
        "interfaces/admin/access_control.py",
        "interfaces/admin/operations/journal.py",
        "interfaces/webhooks/targets.py",
    ),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "emulator").rglob("*.py")):
        yield path.relative_to(ROOT / "emulator").as_posix(), ast.parse(path.read_text("utf-8"))


def expressions() -> Iterator[str]:
    """Each use of ``re``: the module, and the expression's name or what stands in its place."""
    for module, found in modules():
        names = {
            id(node.value): ast.unparse(node.targets[0])
            for node in ast.walk(found)
            if isinstance(node, ast.Assign) and "re.compile" in ast.unparse(node.value)
        }
        for node in ast.walk(found):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{x}" for x in CALLS}:
                yield f"{module}: {names.get(id(node), ast.unparse(node.args[0]))}"


def test_every_regular_expression_is_on_the_list() -> None:
    assert sorted(set(expressions())) == sorted(EXPRESSIONS)


def test_regular_expressions_are_used_by_the_functions_of_their_module_alone() -> None:
    """So that the list above is all: ``from re import match`` would not be on it."""
    strange = [
        f"{module}: {ast.unparse(node)}"
        for module, found in modules()
        for node in ast.walk(found)
        if (isinstance(node, ast.ImportFrom) and node.module in ("re", "sre_compile", "regex"))
        or (isinstance(node, ast.alias) and node.name == "re" and node.asname)
    ]

    assert strange == []


def test_every_module_that_asks_globs_is_on_the_list() -> None:
    asking = {
        module
        for module, found in modules()
        for node in ast.walk(found)
        if isinstance(node, ast.ImportFrom | ast.Import) and "fnmatch" in ast.unparse(node)
    }

    assert asking == GLOBS


class Shape(NamedTuple):
    """Texts of one kind and any length."""

    start: str
    pump: str
    end: str

    def text(self, length: int) -> str:
        return self.start + self.pump * (length // len(self.pump)) + self.end


def shapes(starts: tuple[str, ...]) -> Iterator[Shape]:
    return (Shape(start, pump, end) for start in ("", *starts) for pump in PUMPS for end in ENDS)


def is_slow(work: Callable[[str], object], shape: Shape, most: int = LONG) -> bool:
    for length in SHORT:
        work(shape.text(min(length, most)))
    text = shape.text(min(LONG, most))
    if seconds(work, text) <= SECONDS:
        return False
    short = min(seconds(work, shape.text(EIGHTH)) for _ in range(3))
    return min(seconds(work, text) for _ in range(3)) > max(SECONDS, GROWTH * short)


def seconds(work: Callable[[str], object], text: str) -> float:
    begin = thread_time()
    work(text)
    return thread_time() - begin


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_regular_expression_takes_time_in_proportion_to_its_text(name: str) -> None:
    listed = EXPRESSIONS[name]
    slow = [
        (source, shape)
        for source in listed.sources
        for shape in shapes(listed.starts)
        if is_slow(partial(listed.run, source), shape, listed.most)
    ]

    assert slow == []


@pytest.mark.parametrize(
    ("expression", "run", "shape"),
    [
        (r'(?s)("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', replaced, Shape('{"a": "', '\\"', "")),
        (r"\S+@\S+\.\w+", FULL, Shape("", "@.", "")),
        (r"[0-9]+\.?[0-9]*", FULL, Shape("", "1", "x")),
    ],
)
def test_an_expression_that_needs_the_square_of_the_length_is_slow(
    expression: str, run: Run, shape: Shape
) -> None:
    assert is_slow(partial(run, expression), shape)


@pytest.mark.parametrize(
    ("glob", "pump"),
    [
        ("*a*a*a*a*b", "a"),
        ("*" * 1000 + "b", "a"),
        ("*a?a?a*b", "a"),
        ("*[ab]*[ab]*[ab]c", "ab"),
        ("a*" * 100, "ab"),
    ],
)
def test_a_glob_takes_time_in_proportion_to_its_text(glob: str, pump: str) -> None:
    assert not is_slow(re.compile(translate(glob)).match, Shape("", pump, "!"))


# Those of the definitions, in the engine's own kind of expressions.


def patterns(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("pattern"), str):
            yield found["pattern"]
        for inner in found.values():
            yield from patterns(inner)
    if isinstance(found, list):
        for inner in found:
            yield from patterns(inner)


SPECS = {
    name: tuple(dict.fromkeys(patterns(openapi.load(ROOT / "specs" / f"{name}.yaml"))))
    for name in ("admin", "aitronos", "azure_speech", "gladia", "phrase_studio")
}


@pytest.mark.parametrize("name", SPECS)
def test_a_pattern_of_a_definition_takes_time_in_proportion_to_its_text(name: str) -> None:
    slow = [
        (pattern, shape)
        for pattern in SPECS[name]
        for shape in shapes(("P1", "PT", "https://", "2026-01-01T", "1\n00:"))
        if is_slow(jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid, shape)
    ]

    assert slow == []
