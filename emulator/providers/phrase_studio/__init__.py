"""Phrase Studio: projects of audio and video files, transcribed, translated and dubbed."""

from emulator.core.provider import Provider
from emulator.core.scenario.words import Duration, Flag, MapOf, OneOf, Record, Text, Word
from emulator.providers.phrase_studio.errors import envelope
from emulator.providers.phrase_studio.operations import NOT_EMULATED, OPERATIONS
from emulator.providers.phrase_studio.requests import CONTRACT, LANGUAGES, prepare
from emulator.providers.phrase_studio.uploads import Upload, make_existing

STEP = r"transcription|summary|(translation|dubbing)\.[a-z0-9-]+"

WORDS = Record(
    "How a recording of Phrase Studio goes.",
    {
        "steps": MapOf(
            "When single steps are finished; the last one completes the recording.",
            keys=Text(
                "A step, with its language.",
                pattern=STEP,
                wanted="a step",
                form="transcription, translation.fr, dubbing.fr, summary",
            ),
            values=Duration("Since the upload."),
        ),
        "detected_language": Word(
            "What is heard where the source language is auto.", *LANGUAGES, noun="language"
        ),
        "upload": OneOf("How the upload goes; the rule for the first file counts.", Upload),
        "upload_message": Text("What the 400 of a failed upload says."),
        "not_ready_message": Text("What the 404 says where an output is asked for too early."),
        "team": Text("The team that the project belongs to; the first file's rule counts."),
        "archived": Flag("Whether the project is archived; the first file's rule counts."),
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
    words=WORDS,
    make_existing=make_existing,
    prepare=prepare,
    spends=frozenset({"createProject", "uploadProjectFiles"}),
)
