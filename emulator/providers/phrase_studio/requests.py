"""What a form asks for: its parts as fields and files, and the checks that no schema says."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.resources import spec_path
from emulator.core.contract import Contract, Operation
from emulator.core.contract.openapi import types
from emulator.core.http.messages import Json, Params, Part, Request, parse_json
from emulator.core.http.problems import Invalid, Refused, Violation
from emulator.providers.phrase_studio.records import Choice, Settings

CONTRACT = Contract.load(spec_path("phrase_studio"))
UPLOAD = CONTRACT.operations["uploadProjectFiles"]
SCHEMAS = CONTRACT.spec["components"]["schemas"]
LANGUAGES: tuple[str, ...] = tuple(SCHEMAS["TranslationLanguage"]["enum"])
KINDS: Mapping[str, tuple[str, ...]] = {
    name: types(schema) for name, schema in SCHEMAS["CreateProject"]["properties"].items()
}

# The documentation's generated samples send lists as name[0]=...; name[] is what forms do.
INDEXED = r"(\w+)\[(\d{0,4})\]"
TRUTHS = {"true": True, "false": False}
MOST_FILES = 5  # documented: uploads and addresses together


class Form(Struct, frozen=True):
    """A multipart body once its parts have been read; the fields are not checked yet."""

    fields: Params
    files: tuple[Part, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        """Texts once ``fileUrls`` has been checked."""
        return tuple(self.fields.get("fileUrls", ()))

    @property
    def count(self) -> int:
        return len(self.files) + len(self.urls)


def read_form(parts: Iterable[Part]) -> Form:
    """Any part with a file name is a file, whatever it is called.

    A file name of no letters is a browser's file field in which nothing was chosen.
    """
    held = tuple(parts)
    texts = group_fields(part for part in held if part.filename is None)
    fields = {name: field_value(name, found) for name, found in texts.items()}
    return Form(fields, tuple(part for part in held if part.filename))


def group_fields(parts: Iterable[Part]) -> dict[str, list[str]]:
    """The texts sent for each field: repeated, or under ``name[0]``, ``name[1]``, ``name[]``."""
    placed: dict[str, list[tuple[int, str]]] = {}
    for part in parts:
        match = re.fullmatch(INDEXED, part.name)
        name, index = (match[1], int(match[2] or 0)) if match else (part.name, 0)
        placed.setdefault(name, []).append((index, bytes(part.content).decode()))
    return {
        name: [text for _, text in sorted(found, key=lambda one: one[0])]
        for name, found in placed.items()
    }


def field_value(name: str, texts: list[str]) -> Json:
    """What the texts say; what they cannot say stays text, and breaks the schema."""
    kinds = KINDS.get(name, ())
    if "array" in kinds:
        return [item for text in texts for item in list_items(text)]
    if len(texts) > 1:
        return [*texts]  # a single value sent twice is none
    if "boolean" in kinds:
        return TRUTHS.get(texts[0].lower(), texts[0])
    return decode_json_twice(texts[0]) if name == "glossary" else texts[0]


def list_items(text: str) -> Iterator[Json]:
    """A JSON array's items, or one value: in JSON, or bare."""
    found = decode_json(text)
    yield from found if isinstance(found, list) else (found,)


def decode_json_twice(text: str) -> Json:
    """An object, or a JSON string that holds one (documented: "JSON object or JSON string")."""
    found = decode_json(text)
    return decode_json(found) if isinstance(found, str) else found


def decode_json(text: str) -> Json:
    try:
        return parse_json(text.encode())
    except ValueError:
        return text


def prepare(operation: Operation, request: Request) -> Request:
    """The request as the contract wants it. Raises Refused where files are too few or too many."""
    preparation = PREPARATIONS.get(operation.id)
    return preparation(request) if preparation else request


def prepare_create_project(request: Request) -> Request:
    """GUESS: addresses that are none are refused here; all other fields, by the upload service."""
    asked = read_form(request.parts)
    if not asked.count:
        raise Refused("no_files")
    if asked.urls:
        found = CONTRACT.check_message("CreateProject", {"fileUrls": [*asked.urls]})
        violations = tuple(one for one in found if one.path[:1] == ("fileUrls",))
        if violations:
            raise Invalid(violations)
    return request


def prepare_upload(request: Request) -> Request:
    asked = read_form(request.parts)
    check_count(asked)
    return replace(request, content={**asked.fields})


def prepare_output(request: Request) -> Request:
    """``task`` counts in any letter case (documented)."""
    task = {"task": request.text("task").lower()} if "task" in request.params else {}
    return replace(request, params={**request.params, **task})


PREPARATIONS: Mapping[str, Callable[[Request], Request]] = {
    "createProject": prepare_create_project,
    "uploadProjectFiles": prepare_upload,
    "getRecordingOutput": prepare_output,
}


def check_count(asked: Form) -> None:
    """Raise Refused unless there are one to five files and addresses."""
    if len(asked.files) > MOST_FILES:
        raise Refused("max_files")
    if asked.count > MOST_FILES:
        raise Refused("max_files_combined")
    if not asked.count:
        raise Refused("at_least_one")


def check_settings(asked: Form, request: Request) -> Settings:
    """The settings of a form that the contract has not judged yet. Raises Refused and Invalid."""
    check_count(asked)
    uploaded = replace(request, params={**request.params, "ticket": ""}, content={**asked.fields})
    violations = CONTRACT.check_request(UPLOAD, uploaded)
    if violations:
        raise Invalid(violations)
    return settings(asked.fields)


def settings(fields: Params) -> Settings:
    """What valid fields ask for. Raises Invalid for what no schema says."""
    translations = without_duplicates(fields.get("translationLanguages", ()))
    dubbings = without_duplicates(fields.get("dubbingLanguages", ()))
    for language in dubbings:
        # Stated in the revision of October 2025; the subtitle pages agree.
        if language not in translations:
            raise refusal("dubbingLanguages", "is not among the translation languages", language)
    return Settings(
        source_language=fields["sourceLanguage"],
        subtitle_profiles=choices(fields["subtitleProfiles"], "subtitleProfileId"),
        translations=translations,
        dubbings=dubbings,
        summary=fields.get("summary", False),
        custom_attributes=fields.get("customAttributes", False),
        insights=without_duplicates(fields.get("insights", ())),
        safe_communications=without_duplicates(fields.get("safeCommunications", ())),
        pronunciations=choices(fields.get("pronunciations", ()), "pronunciationId"),
        glossary=glossary(fields),
    )


def choices(entries: Iterable[Mapping[str, str]], key: str) -> tuple[Choice, ...]:
    return tuple(Choice(entry[key], entry["languageCode"]) for entry in entries)


def without_duplicates(entries: Iterable[str]) -> tuple[str, ...]:
    """GUESS: what is asked for twice is done once."""
    return tuple(dict.fromkeys(entries))


def glossary(fields: Params) -> Mapping[str, str] | None:
    """GUESS: a text that is no JSON object is refused, since only a JSON string is documented."""
    found: Mapping[str, str] | str | None = fields.get("glossary")
    if isinstance(found, str):
        raise refusal("glossary", "is no JSON object", found)
    return found


def refusal(name: str, why: str, actual: str) -> Invalid:
    return Invalid((Violation("body", (name,), "x-emulator", None, actual, f"{actual!r} {why}"),))
