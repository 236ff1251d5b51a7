"""Somebody who tries out an account: makes jobs, looks at them, moves the clock, deletes some."""

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import note

from emulator.application.addressing import PREFIX
from emulator.core.contract.openapi import BRACES
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Request, parse_json, to_json
from emulator.core.provider.provider import Provider
from emulator.core.state.jobs import Phase
from tests.support.clients import KEY_HEADERS, wav
from tests.support.fuzzing import Ask, Headers
from tests.support.probes import Site

KEY = "test-ann"
TYPE, JSON, FORM = "content-type", "application/json", "multipart/form-data; boundary=x"
STORIES = (
    "seed: 3",
    "clock: {mode: step, step: 333ms}",
    "keys: {test-ann: {concurrent_jobs: 3, rate: 1000/m}}",
    """
seed: 5
transcripts:
  board: {language: en, lines: [{Ann: Hello you.}, {Ben: Good bye now.}]}
  long: {language: de, speakers: 3, minutes: 3}
jobs:
  - when: {audio: "*b*"}
    transcript: board
    timeline: {processing: 1s, failed: 5s}
    error: {code: 422, message: bad}
  - {when: {audio: "*a.wav*"}, transcript: long}
  - when: {provider: gladia}
    gladia: {error_code: 503, addons: {summarization: failed}, live: {post_processing: 2s}}
  - {when: {provider: azure_speech}, azure_speech: {files: {0: {failed: {kind: X}}}}}
existing:
  - {provider: gladia, count: 3, age: 1h..2d, languages: [fr]}
  - {provider: gladia, gladia: {live: {recorded: 32kB}}}
  - {provider: phrase_studio, count: 2, languages: [fr, de], name: Camp}
  - {provider: azure_speech, count: 2, age: 0s..5s, timeline: {processing: 2s, completed: 4s}}
  - {provider: aitronos, phase: failed, error: {code: x, message: y}}
faults:
  - {when: {operation: "*ist*", call: 2..4}, delay: 1s}
  - {when: {method: DELETE, until: 20s}, sequence: [ok, {answer: 429}]}
  - {when: {method: GET, chance: 0.001%}, delay: 12.916667s}
webhooks:
  - {provider: gladia, url: "inbox:mine", secret: s3cret}
""",
)
URLS = (
    *("https://media.test/a.wav", "https://media.test/b%20c.mp3?x=1#y", "http://media.test"),
    *("https://media.test/é.wav", "https://media.test/true", "https://media.test/x/"),
)
TEXTS = (
    *("true", "null", "1e3", "~", "007", "- a", "a: b", "#", " a ", "é", "\u4f60\u597d", "'", '"'),
    *("a\nb", "a\r\nb", "x" * 90, "\u2028", "=", "<<", "!tag", "&a", "*a", "%", "2026-01-05"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 0.1, 1e-7, 1e300, 2**53, 2**63 - 1, -0.0, [], {}, [[]], [1, "1", None]),
    {"a": {"b": {"c": "d"}}},
)
LANGUAGES = ("en", "de", "fr", "no", "ja")
Options = Mapping[str, Callable[[Random], Any]]


def one_of(*values: Any) -> Callable[[Random], Any]:
    return lambda random: random.choice(values)


def some_of(random: Random, options: Options) -> dict[str, Any]:
    return {name: make(random) for name, make in options.items() if random.random() < 0.4}


METADATA = {"n": one_of(*VALUES), "text": one_of(*TEXTS), "1": one_of(*VALUES)}
GLADIA: Options = {
    "diarization": one_of(True, False),
    "language_config": lambda random: {
        "languages": random.sample(LANGUAGES, random.randrange(3)),
        "code_switching": random.random() < 0.5,
    },
    "summarization": one_of(True),
    "sentences": one_of(True),
    "subtitles": one_of(True),
    "custom_vocabulary": one_of(True),
    "custom_vocabulary_config": one_of({"vocabulary": ["Ann", "true"]}),
    "translation": one_of(True),
    "translation_config": one_of({"target_languages": ["fr", "de"]}),
    "custom_metadata": lambda random: some_of(random, METADATA),
    "callback": one_of(False),
}
LIVE: Options = {
    "encoding": one_of("wav/pcm", "wav/ulaw"),
    "bit_depth": one_of(16, 8),
    "sample_rate": one_of(8000, 16_000),
    "channels": one_of(1, 2),
    "language_config": one_of({"languages": ["de"]}, {"languages": []}),
    "messages_config": one_of({"receive_lifecycle_events": True}),
    "realtime_processing": one_of({"named_entity_recognition": True}),
    "post_processing": one_of({"summarization": True}),
    "custom_metadata": lambda random: some_of(random, METADATA),
}
AZURE: Options = {
    "locale": one_of("en-US", "de-DE", "nb-NO"),
    "displayName": one_of(*TEXTS),
    "description": one_of(*TEXTS),
    "customProperties": lambda random: {"a": random.choice(TEXTS)},
    "properties": one_of(
        {"wordLevelTimestampsEnabled": True, "channels": [0]},
        {"diarizationEnabled": True, "timeToLive": "PT12H", "email": "ann@example.com"},
        {"punctuationMode": "Automatic", "profanityFilterMode": "Tags"},
        {"languageIdentification": {"candidateLocales": ["en-US", "de-DE"]}},
    ),
}
AITRONOS: Options = {
    "speaker_analysis": one_of({"diarization_enabled": True, "speakers_expected_count": 3}),
    "privacy_settings": one_of({"pii_redaction_enabled": True}),
    "priority": one_of("high", "low"),
    "webhook": one_of({"url": "http://127.0.0.1:9/hook"}),
    "organization_id": one_of(*TEXTS),
}
PHRASE: Options = {
    "translationLanguages": one_of("fr", "de"),
    "summary": one_of("true", "false"),
}


class Explorer:
    """Somebody who tries out an account: makes jobs, looks at them, moves the clock."""

    def __init__(self, site: Site, tenant: Tenant, provider: Provider, random: Random) -> None:
        self.site, self.tenant, self.provider, self.random = site, tenant, provider, random

    def ask(
        self, method: str, path: str, content: Any = None, media: str = "application/json"
    ) -> Any:
        """The JSON that is answered to a request that is carried out; None: it is not."""
        body = content if isinstance(content, bytes) else to_json(content) if content else b""
        ask = Ask(method, f"/{self.provider.slug}{path}", (*self.headers, (TYPE, media)), body)
        response = self.site.ask(ask).response
        note(f"{method} {path} {response.status} {content!r:.300}")
        is_good = response.status < 300 and "json" in response.headers.get("Content-Type", "")
        return parse_json(bytes(response.body)) if is_good else None

    @property
    def headers(self) -> Headers:
        return ((KEY_HEADERS[self.provider.name], KEY),)

    def control(self, method: str, path: str, content: Any) -> None:
        """Ask the admin API, whatever it thinks of that."""
        ask = Ask(method, f"{PREFIX}/tenants/{KEY}{path}", ((TYPE, JSON),), to_json(content))
        self.site.control(ask)

    def explore(self) -> None:
        """Do this and that."""
        ways = (self.create, self.create, self.advance, self.change, self.trouble, self.look)
        for _ in range(self.random.randrange(1, 9)):
            self.random.choice((*ways, self.create, self.advance, self.remove))()

    def create(self) -> None:
        CREATE[self.provider.name](self)

    def advance(self) -> None:
        self.tenant.clock.advance(self.random.choice((0.25, 1, 2.5, 10 / 3, 100, 90_000)))
        self.tenant.outbox.due(self.tenant.clock.now())

    def change(self) -> None:
        """Let one go otherwise, by hand."""
        ids = self.ids()
        if ids:
            phase = self.random.choice(list(Phase)).value
            self.control("PATCH", f"/jobs/{self.random.choice(ids)}", {"phase": phase})

    def trouble(self) -> None:
        self.control("POST", "/faults", self.random.choice(FAULTS))

    def look(self) -> None:
        for ask in reads(self.provider, self.ids()[-2:]):
            self.site.ask(ask)

    def remove(self) -> None:
        ids = self.ids()
        for operation in self.provider.contract.operations.values():
            if ids and operation.method == "DELETE" and operation.path.count("{") == 1:
                self.ask("DELETE", BRACES.sub(self.random.choice(ids), operation.path))

    def ids(self) -> list[str]:
        return [record.id for record in self.tenant.backend(self.provider).store.all_records()]


FAULTS: tuple[Any, ...] = (
    {"answer": 403},
    {"when": {"method": "GET", "call": "1..2"}, "answer": {"status": 429, "retry_after": "1m30s"}},
    {"when": {"from": "1s", "until": "5s"}, "delay": "100ms"},
    {"when": {"chance": 0.00001}, "sequence": ["ok", {"delay": "0.000001s"}, "ok"]},
)


def create_gladia(explorer: Explorer) -> None:
    random = explorer.random
    url = random.choice(URLS)
    if random.random() < 0.2:
        part = b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a b.wav"\r\n\r\n'
        body = part + wav(1.5, channels=2) + b"\r\n--x--\r\n"
        made = explorer.ask("POST", "/v2/upload", body, FORM)
        url = made["audio_url"] if made else url
    explorer.ask("POST", "/v2/pre-recorded", {"audio_url": url, **some_of(random, GLADIA)})
    if random.random() < 0.5:
        talk(explorer)


def talk(explorer: Explorer) -> None:
    """A live session, as far as it goes."""
    random, tenant = explorer.random, explorer.tenant
    made = explorer.ask("POST", "/v2/live", some_of(random, LIVE))
    if made is None:
        return
    query = tuple(parse_qsl(urlsplit(made["url"]).query))
    request = Request("GET", "/v2/live", query=query)
    socket = explorer.provider.sockets["liveTranscription"]
    conversation = socket.open(request, tenant.backend(explorer.provider))
    if random.random() < 0.8:
        conversation.opened()
        for _ in range(random.randrange(4)):
            conversation.received(bytes(random.choice((0, 32_000, 64_000))))
            explorer.advance()
        if random.random() < 0.6:
            conversation.received('{"type": "stop_recording"}')
        conversation.woken()
    if random.random() < 0.4:
        explorer.ask("PATCH", f"/v2/live/{made['id']}", some_of(random, METADATA))


def create_azure(explorer: Explorer) -> None:
    random = explorer.random
    urls = random.sample(URLS, random.randrange(1, 3))
    usual = {"contentUrls": urls, "locale": "en-US", "displayName": "A"}
    path = "/speechtotext/v3.1/transcriptions"
    explorer.ask("POST", path, {**usual, **some_of(random, AZURE)})


def create_aitronos(explorer: Explorer) -> None:
    random = explorer.random
    language = random.choice((*LANGUAGES, "auto", "", "English", "de-DE"))
    options = {"audio_url": random.choice(URLS), "language": language}
    usual = {"organization_id": "org_1", "transcription_options": options}
    explorer.ask("POST", "/v1/audio/transcribe", {**usual, **some_of(random, AITRONOS)})


def create_phrase(explorer: Explorer) -> None:
    random = explorer.random
    fields = {"sourceLanguage": random.choice(("auto", "en", "de")), "subtitleProfiles": "[]"}
    fields |= some_of(random, PHRASE)
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\nnoise\r\n' % one
        for one in random.sample((b"a.wav", b"b.mp3", b"true", "\u00e9.wav".encode()), 2)
    ]
    body = b"".join((*parts, b"--x--\r\n"))
    path = f"/phrase-studio/v1/projects?projectName={random.choice(('A', 'true', 'Week%20ly'))}"
    ask = Ask("POST", path, (*explorer.headers, (TYPE, FORM)), body)
    address = explorer.site.ask(ask).response.headers.get("Location")
    if address and random.random() < 0.8:
        target = urlsplit(address)
        path = f"{target.path.removeprefix('/phrase-studio')}?{target.query}"
        explorer.ask("POST", path, body, FORM)


CREATE = {
    "gladia": create_gladia,
    "azure_speech": create_azure,
    "aitronos": create_aitronos,
    "phrase_studio": create_phrase,
}


def reads(provider: Provider, ids: list[str]) -> Iterator[Ask]:
    """Each operation that reads, of each thing that is there."""
    for operation in provider.contract.operations.values():
        names = BRACES.findall(operation.path)
        if operation.method != "GET" or operation.id not in provider.operations or len(names) > 1:
            continue
        for id in ids if names else [""]:
            path = f"/{provider.slug}{BRACES.sub(id, operation.path)}"
            yield Ask("GET", path, ((KEY_HEADERS[provider.name], KEY),), b"")
