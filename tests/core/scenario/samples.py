"""What these tests share: a vocabulary for each provider, and YAML as an editor sees it."""

import re
from typing import Any

from emulator.core.scenario.provider_schema import Vocabulary
from emulator.core.scenario.routes import Route
from emulator.core.scenario.schema.nodes import ListNode, MapNode, Node, ScalarNode
from emulator.core.scenario.schema.types import Duration, MapOf, OneOf, Record, Text, Whole, Word
from emulator.core.state.jobs import Phase

RULES = {
    "phrase_studio": Record(
        "How a recording of Phrase Studio goes.",
        {
            "steps": MapOf(
                "When single steps are finished.",
                keys=Text("A step.", pattern=r"(transcription|translation)(\.[a-z]+)?"),
                values=Duration("Since the upload."),
            ),
            "detected_language": Word("What is heard.", "de", "en", "no", noun="language"),
            "upload": Word("How the upload goes.", "direct", "ticket"),
        },
    ),
    "gladia": Record(
        "How a job goes at Gladia.",
        {
            "addons": MapOf(
                "How an addition ends.",
                keys=Word("The addition.", "summarization", "chapterization", noun="addition"),
                values=OneOf("Its end.", Phase, noun="phase"),
            ),
            "error_code": Whole("The answer's error code.", least=400, most=599),
        },
    ),
    "azure_speech": Record(
        "How a transcription goes at Azure AI Speech.",
        {
            "files": MapOf(
                "Which recordings fail.",
                keys=Whole("The recording's place, from 0.", most=9999),
                values=Word("Its end.", "failed", noun="end"),
            ),
        },
    ),
    "aitronos": Record(
        "How a job goes at Aitronos.",
        {"refresh_seconds": Duration("How old a state may be.")},
    ),
}
VOCABULARIES = {
    name: Vocabulary(
        record,
        Record("What is there already.", {"note": Text("A note.")}),
        recordings=1 if name in ("gladia", "aitronos") else 5,
        without=("name", "languages") if name == "aitronos" else (),
        routes=tuple(
            Route(name, f"{name}_{what}", (method,), path, has_id="{" in path)
            for what, method, path in (
                ("make", "POST", "/v2/jobs"),
                ("list", "GET", "/v2/jobs"),
                ("find", "GET", "/v2/jobs/{id}"),
            )
        ),
    )
    for name, record in RULES.items()
}


def as_json(node: Node) -> Any:
    """What an editor makes of it: plain scalars as YAML 1.2's core schema has them."""
    if isinstance(node, ListNode):
        return [as_json(item) for item in node.items]
    if isinstance(node, MapNode):
        return {key.text: as_json(value) for key, value in node.entries}
    return plain(node) if node.plain else node.text


def plain(node: ScalarNode) -> Any:
    if node.nothing:
        return None
    if node.text in ("true", "false"):
        return node.text == "true"
    if re.fullmatch(r"-?[0-9]+", node.text):
        return int(node.text)
    if re.fullmatch(r"-?[0-9]+\.[0-9]*([eE][+-]?[0-9]+)?", node.text):
        return float(node.text)
    return node.text
