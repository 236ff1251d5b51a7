"""Phrase Studio: projects of audio and video files, transcribed, translated and dubbed."""

from emulator.core.provider.api_request import documented_routes
from emulator.core.provider.provider import Provider
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.types import (
    BooleanType,
    EnumType,
    ObjectType,
    StringType,
    WordType,
)
from emulator.providers.phrase_studio.errors import envelope
from emulator.providers.phrase_studio.existing import WORDS as EXISTING
from emulator.providers.phrase_studio.existing import describe, make_existing
from emulator.providers.phrase_studio.operations import NOT_EMULATED, OPERATIONS
from emulator.providers.phrase_studio.requests import CONTRACT, LANGUAGES, prepare
from emulator.providers.phrase_studio.uploads import STEPS, Upload, retime

MOST_RECORDINGS = 5  # documented: the files and addresses of one request

WORDS = ObjectType(
    "How a recording of Phrase Studio goes.",
    {
        "steps": STEPS,
        "detected_language": WordType(
            "What is heard where the source language is auto.", *LANGUAGES, noun="language"
        ),
        "upload": EnumType("How the upload goes; the rule for the first file counts.", Upload),
        "upload_message": StringType("What the 400 of a failed upload says."),
        "not_ready_message": StringType(
            "What the 404 says where an output is asked for too early."
        ),
        "team": StringType("The team that the project belongs to; the first file's rule counts."),
        "archived": BooleanType("Whether the project is archived; the first file's rule counts."),
    },
)

PHRASE_STUDIO = Provider(
    name="phrase_studio",
    title="Phrase Studio",
    # documented: the servers of the two regions
    hosts=("api.studio.us.phrase.com", "api.studio.eu.phrase.com"),
    contract=CONTRACT,
    operations=OPERATIONS,
    not_emulated=NOT_EMULATED,
    envelope=envelope,
    schema=ProviderSchema(
        WORDS,
        EXISTING,
        MOST_RECORDINGS,
        operations=(*OPERATIONS, *NOT_EMULATED),
        routes=documented_routes("phrase_studio", CONTRACT),
    ),
    make_existing=make_existing,
    describe=describe,
    prepare=prepare,
    spends=frozenset({"createProject", "uploadProjectFiles"}),
    retime=retime,
)
