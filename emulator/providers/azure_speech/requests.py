"""What a request asks for: what the service forgives in it, and what it refuses beyond the schemas.

All strictness stands here and in the contract. Forgiven are any case of property names and ids,
``null`` for an optional member, ``"True"`` and ``"False"`` for booleans (so writes the vendor's
Ingestion Client), commas before a closing bracket (so do documented request bodies), and unknown
members, which are ignored. Not forgiven are other types than the documented ones; the service has
refused them since January 2025.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import chain, islice
from typing import Any, TypeAlias, Union
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.contract import Operation
from emulator.core.http.messages import Json, Request
from emulator.core.http.problems import MOST_VIOLATIONS, NotEmulated, Refused
from emulator.providers.azure_speech.durations import time_span
from emulator.providers.azure_speech.locales import base_model_path, canonical, locale_of_base_model
from emulator.providers.azure_speech.records import (
    API,
    ProfanityFilterMode,
    PunctuationMode,
    Settings,
    Speakers,
    TranscriptionRequest,
)

Fields: TypeAlias = Mapping[str, Any]
Shape: TypeAlias = Mapping[str, Union["Shape", None]]  # names as they are published; None: a leaf

REFERENCE: Shape = {"self": None}
TRANSCRIPTION: Shape = {
    "contentUrls": None,
    "contentContainerUrl": None,
    "dataset": REFERENCE,
    "model": REFERENCE,
    "project": REFERENCE,
    "locale": None,
    "displayName": None,
    "description": None,
    "customProperties": None,
    "properties": {
        "diarizationEnabled": None,
        "diarization": {"speakers": {"minCount": None, "maxCount": None}},
        "wordLevelTimestampsEnabled": None,
        "displayFormWordLevelTimestampsEnabled": None,
        "channels": None,
        "punctuationMode": None,
        "profanityFilterMode": None,
        "timeToLive": None,
        "languageIdentification": {"candidateLocales": None, "speechModelMapping": None},
        "destinationContainerUrl": None,
        "email": None,
    },
}
SHAPES: Mapping[str, Shape] = {"Transcriptions_Create": TRANSCRIPTION}
FLAGS = frozenset(name for name in TRANSCRIPTION["properties"] or () if name.endswith("Enabled"))
TRUTHS = {"true": True, "false": False}
IDS = frozenset({"id", "fileId"})

SOURCES = ("contentUrls", "contentContainerUrl", "dataset")
MOST_TIME_TO_LIVE = timedelta(days=31)
DESTINATION = (
    "properties.destinationContainerUrl is not emulated yet; without it, results are behind the "
    "links of the transcription's files"
)
# Other entities cannot be made here yet, so any well-formed reference to one is taken to be good.
ENTITY = (
    r"https?://[^/?#]+/(?:[^?#]+/)?speechtotext/v\d[\w.]*/(?P<collection>%s)"
    r"/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?"
)
ENTITIES = {
    "model": ENTITY % "models(?:/base)?",
    "project": ENTITY % "projects",
    "dataset": ENTITY % "datasets",
}


class RequestFault(Struct, frozen=True):
    """One thing that is wrong, with the published inner code for it."""

    code: str
    message: str


def prepare(operation: Operation, request: Request) -> Request:
    """The request as the contract spells it, with what the service forgives put right."""
    params = {
        name: value.lower() if name in IDS else value for name, value in request.params.items()
    }
    content, shape = request.content, SHAPES.get(operation.id)
    if shape and isinstance(content, dict):
        content = lenient(content, shape)
    return replace(request, params=params, content=content)


def lenient(given: Fields, shape: Shape) -> dict[str, Any]:
    names = {name.lower(): name for name in shape}
    found: dict[str, Any] = {}
    for name, value in given.items():
        known = names.get(name.lower())
        if known is None:
            found[name] = value
        elif value is not None:
            found[known] = lenient_member(value, known, shape[known])
    return found


def lenient_member(value: Json, name: str, shape: Shape | None) -> Json:
    if name in FLAGS and isinstance(value, str):
        return TRUTHS.get(value.lower(), value)
    return lenient(value, shape) if shape and isinstance(value, dict) else value


def transcription_request(fields: Fields) -> TranscriptionRequest:
    """What is to be transcribed, and how.

    Raises Refused, with the inner code of what is wrong, or InvalidPayload if different things are;
    NotEmulated for results in a storage of the caller's.
    """
    properties = fields.get("properties", {})
    raise_faults(islice(chain(find_faults(fields), property_faults(properties)), MOST_VIOLATIONS))
    if "destinationContainerUrl" in properties:
        raise NotEmulated("Transcriptions_Create", DESTINATION)
    locale = canonical(fields["locale"])
    assert locale is not None  # faults() has looked
    return TranscriptionRequest(
        display_name=fields["displayName"],
        locale=locale,
        model_path=reference(fields, "model") or base_model_path(locale),
        settings=settings(properties),
        content_urls=tuple(fields.get("contentUrls", ())),
        container_url=fields.get("contentContainerUrl"),
        dataset_path=reference(fields, "dataset"),
        project_path=reference(fields, "project"),
        description=fields.get("description"),
        custom_properties=custom_properties(fields.get("customProperties")),
    )


def settings(properties: Fields) -> Settings:
    speakers = properties.get("diarization", {}).get("speakers")
    languages = properties.get("languageIdentification", {})
    mapping = languages.get("speechModelMapping")
    return Settings(
        diarization=properties.get("diarizationEnabled", False),
        speakers=speakers
        if speakers is None
        else Speakers(speakers.get("minCount"), speakers.get("maxCount")),
        words=properties.get("wordLevelTimestampsEnabled", False),
        display_words=properties.get("displayFormWordLevelTimestampsEnabled", False),
        channels=tuple(properties.get("channels", Settings().channels)),
        punctuation=PunctuationMode(properties.get("punctuationMode", Settings().punctuation)),
        profanity=ProfanityFilterMode(properties.get("profanityFilterMode", Settings().profanity)),
        time_to_live=time_span(properties["timeToLive"]) if "timeToLive" in properties else None,
        candidate_locales=tuple(
            filter(None, map(canonical, languages.get("candidateLocales", ())))
        ),
        model_paths=mapping
        and tuple((canonical(one) or "", reference(mapping, one, "model")) for one in mapping),
        email=properties.get("email"),
    )


def custom_properties(fields: Fields | None) -> tuple[tuple[str, str], ...] | None:
    return None if fields is None else tuple(fields.items())


def raise_faults(found: Iterable[RequestFault]) -> None:
    faults = tuple(found)
    if faults:
        codes = {fault.code for fault in faults}
        code = codes.pop() if len(codes) == 1 else "InvalidPayload"
        raise Refused(code, {"messages": tuple(fault.message for fault in faults)})


def find_faults(fields: Fields) -> Iterator[RequestFault]:
    """What is wrong outside ``properties``. The messages about URIs and locales were seen."""
    if sum(name in fields for name in SOURCES) != 1:
        text = "Exactly one of contentUrls, contentContainerUrl and dataset is required."
        yield RequestFault("OnlyOneOfUrlsOrContainerOrDataset", text)
    yield from uri_faults(fields.get("contentUrls", ()), "contentUrls")
    if "contentContainerUrl" in fields:
        yield from uri_faults((fields["contentContainerUrl"],), "contentContainerUrl")
    yield from locale_faults((fields["locale"],), "Locale")
    yield from reference_faults(fields, "model", "InvalidModelUri")
    yield from reference_faults(fields, "project", "InvalidProject")
    yield from reference_faults(fields, "dataset", "InvalidDataset")
    yield from model_faults(fields)


def uri_faults(urls: Iterable[str], name: str) -> Iterator[RequestFault]:
    if not all(is_absolute(url) for url in urls):
        text = "Only absolute URIs containing a valid scheme, authority and path are allowed for"
        yield RequestFault("InvalidPayload", f"{text} transcription.{name}.")


def is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets in the wrong places
        return False
    return bool(parts.scheme and parts.netloc)


def locale_faults(locales: Iterable[str], name: str) -> Iterator[RequestFault]:
    if not all(canonical(locale) for locale in locales):
        text = f"The value of transcription.{name} is a custom culture identifier."
        yield RequestFault("InvalidLocale", f"{text} Custom cultures are not supported.")


def reference_faults(
    fields: Fields, name: str, code: str, kind: str = ""
) -> Iterator[RequestFault]:
    if name in fields and reference(fields, name, kind or name) is None:
        yield RequestFault(
            code, f"The value of transcription.{name} is not the URI of such an entity."
        )


def model_faults(fields: Fields) -> Iterator[RequestFault]:
    """Raise nothing about a model whose locale nobody knows."""
    locale = locale_of_base_model(reference(fields, "model") or "")
    if locale not in (None, canonical(fields["locale"])):
        yield RequestFault("ModelMismatch", f"The model is for the locale {locale}.")


def property_faults(properties: Fields) -> Iterator[RequestFault]:
    """What is wrong in ``properties``. GUESS: the messages."""
    if "timeToLive" in properties:
        span = time_span(properties["timeToLive"])
        if span is None or span > MOST_TIME_TO_LIVE:
            text = "transcription.properties.timeToLive has to be an ISO 8601 duration of at most"
            yield RequestFault("InvalidTimeToLive", f"{text} 31 days.")
    yield from diarization_faults(properties)
    yield from language_faults(properties.get("languageIdentification", {}))


def diarization_faults(properties: Fields) -> Iterator[RequestFault]:
    speakers = properties.get("diarization", {}).get("speakers", {})
    if "diarization" in properties and not properties.get("diarizationEnabled"):
        text = "transcription.properties.diarization needs diarizationEnabled to be true."
        yield RequestFault("InvalidPayload", text)
    if speakers.get("minCount", 1) > speakers.get("maxCount", 35):
        text = "transcription.properties.diarization.speakers.minCount is larger than maxCount."
        yield RequestFault("InvalidPayload", text)


def language_faults(languages: Fields) -> Iterator[RequestFault]:
    name = "Properties.LanguageIdentification"
    candidates = languages.get("candidateLocales", ())
    yield from locale_faults(candidates, f"{name}.CandidateLocales")
    mapping = languages.get("speechModelMapping", {})
    known = {locale.lower() for locale in candidates}
    for locale in mapping:
        if locale.lower() not in known:
            text = f"{locale} in transcription.{name}.SpeechModelMapping is no candidate locale."
            yield RequestFault("InvalidPayload", text)
        yield from reference_faults(mapping, locale, "InvalidModelUri", "model")


def reference(fields: Fields, name: str, kind: str = "") -> str | None:
    """The path, on this API, of the entity that a member names; None: it is not there, or wrong."""
    if name not in fields:
        return None
    given = fields[name].get("self", "")
    match = re.fullmatch(ENTITIES[kind or name], given, re.IGNORECASE)
    return match and f"{API}/{match['collection'].lower()}/{match['id'].lower()}"
