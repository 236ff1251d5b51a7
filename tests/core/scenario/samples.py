"""What these tests share: a vocabulary for each provider, and YAML as an editor sees it."""

import re
from typing import Any

from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.routes import Route
from emulator.core.scenario.schema.nodes import ListNode, MapNode, Node, ScalarNode
from emulator.core.scenario.schema.types import (
    DurationType,
    EnumType,
    IntegerType,
    MapType,
    ObjectType,
    StringType,
    WordType,
)
from emulator.core.state.jobs import Phase

RULES = {
    "phrase_studio": ObjectType(
        "How a recording of Phrase Studio goes.",
        {
            "steps": MapType(
                "When single steps are finished.",
                keys=StringType("A step.", pattern=r"(transcription|translation)(\.[a-z]+)?"),
                values=DurationType("Since the upload."),
            ),
            "detected_language": WordType("What is heard.", "de", "en", "no", noun="language"),
            "upload": WordType("How the upload goes.", "direct", "ticket"),
        },
    ),
    "gladia": ObjectType(
        "How a job goes at Gladia.",
        {
            "addons": MapType(
                "How an addition ends.",
                keys=WordType("The addition.", "summarization", "chapterization", noun="addition"),
                values=EnumType("Its end.", Phase, noun="phase"),
            ),
            "error_code": IntegerType("The answer's error code.", least=400, most=599),
        },
    ),
    "azure_speech": ObjectType(
        "How a transcription goes at Azure AI Speech.",
        {
            "files": MapType(
                "Which recordings fail.",
                keys=IntegerType("The recording's place, from 0.", most=9999),
                values=WordType("Its end.", "failed", noun="end"),
            ),
        },
    ),
    "aitronos": ObjectType(
        "How a job goes at Aitronos.",
        {"refresh_seconds": DurationType("How old a state may be.")},
    ),
}
VOCABULARIES = {
    name: ProviderSchema(
        record,
        ObjectType("What is there already.", {"note": StringType("A note.")}),
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
