"""Bodies that no provider expects: JSON, forms, and what says that it is either."""

import gzip
import json
from typing import Any

from tests.hostile.case import END, KEYS, cases, head, part, post_form, post_json, utf8, with_body

GLADIA = "/gladia/v2/pre-recorded"
AZURE = "/azure-speech/speechtotext/v3.1/transcriptions"
AITRONOS = "/aitronos/v1/audio/transcribe"
PHRASE = "/phrase-studio/v1/projects"
UPLOAD = "/gladia/v2/upload"
URL = "https://media.test/a.wav"
ORDER = json.dumps({"audio_url": URL})
JOB = {"contentUrls": [URL], "locale": "en-US", "displayName": "a"}


def gladia(**more: Any) -> str:
    return post_json(GLADIA, {"audio_url": URL, **more})


def azure(**more: Any) -> str:
    return post_json(AZURE, {**JOB, **more})


def aitronos(options: Any, **more: Any) -> str:
    return post_json(
        AITRONOS, {"organization_id": "org_1", "transcription_options": options, **more}
    )


def phrase(*parts: str) -> str:
    return with_body(
        "POST",
        f"{PHRASE}?title=a",
        "".join(parts) + END,
        "Content-Type: multipart/form-data; boundary=frontier\r\n",
    )


def typed(kind: str, body: str | bytes, target: str = GLADIA) -> str:
    return with_body("POST", target, body, f"Content-Type: {kind}\r\n")


def nested(depth: int) -> str:
    return '{"audio_url": ' + "[" * depth + "]" * depth + "}"


def audio(content: str, more: str = '; filename="a.wav"', headers: str = "") -> str:
    return part("audio", content, more, headers)


JSON_ROWS = [
    ("nothing", post_json(GLADIA, ""), "400 gladia"),
    ("blanks", post_json(GLADIA, " " * 1000), "400 gladia"),
    ("null", post_json(GLADIA, "null"), "400 gladia"),
    ("a number", post_json(GLADIA, "1"), "400 gladia"),
    ("a text", post_json(GLADIA, '"a"'), "400 gladia"),
    ("half a text", post_json(GLADIA, '{"audio_url": "https://'), "400 gladia"),
    ("two values", post_json(GLADIA, ORDER + ORDER), "400 gladia"),
    ("a comma at the end", post_json(GLADIA, ORDER[:-1] + ",}"), "400 gladia"),
    ("single quotes", post_json(GLADIA, ORDER.replace('"', "'")), "400 gladia"),
    ("a comment", post_json(GLADIA, "/* a */" + ORDER), "400 gladia"),
    ("NaN", post_json(GLADIA, '{"audio_url": NaN}'), "400 gladia"),
    ("infinity", post_json(GLADIA, '{"audio_url": -Infinity}'), "400 gladia"),
    ("1e999", post_json(AITRONOS, '{"organization_id": 1e999}'), "400 aitronos"),
    (
        "a number of 5,000 digits",
        post_json(AITRONOS, '{"organization_id": ' + "9" * 5000 + "}"),
        "400 aitronos",
    ),
    (
        "a number of 100,000 digits behind the point",
        post_json(GLADIA, '{"audio_url": 0.' + "9" * 100_000 + "}"),
        "400 gladia",
    ),
    ("a number that begins with zero", post_json(GLADIA, '{"audio_url": 01}'), "400 gladia"),
    ("hexadecimal", post_json(GLADIA, '{"audio_url": 0x1F}'), "400 gladia"),
    ("True", post_json(GLADIA, '{"audio_url": True}'), "400 gladia"),
    ("a key twice", post_json(GLADIA, ORDER[:-1] + ', "audio_url": 1}'), "400 gladia"),
    ("a key of nothing", gladia(**{"": 1}), "400 gladia"),
    ("a key with a NUL", gladia(**{"a\0b": 1}), "400 gladia"),
    ("a key of 100,000 letters", gladia(**{"a" * 100_000: 1}), "400 gladia"),
    ("__proto__", gladia(__proto__={"a": 1}), "400 gladia"),
    ("100 levels", post_json(GLADIA, nested(100)), "400 gladia"),
    ("1,000 levels", post_json(GLADIA, nested(1000)), "400 gladia"),
    ("100,000 levels", post_json(GLADIA, nested(100_000)), "400 gladia"),
    ("100,000 levels that never end", post_json(GLADIA, "[" * 100_000), "400 gladia"),
    (
        "objects in 20,000 levels",
        post_json(AZURE, '{"a":' * 20_000 + "1" + "}" * 20_000),
        "400 azure",
    ),
    (
        "100,000 unknown members, to Gladia",
        post_json(GLADIA, {f"m{n}": n for n in range(100_000)}),
        "400 gladia",
    ),
    (
        "100,000 unknown members, to Azure",
        post_json(AZURE, {f"m{n}": n for n in range(100_000)}),
        "400 azure",
    ),
    (
        "100,000 unknown members, to Aitronos",
        post_json(AITRONOS, {f"m{n}": n for n in range(100_000)}),
        "422 aitronos",
    ),
    ("an array of 500,000 numbers", post_json(GLADIA, [0] * 500_000), "400 gladia"),
    (
        "a lone surrogate",
        post_json(GLADIA, '{"audio_url": "https://a.test/\\ud800"}'),
        "400 gladia",
    ),
    (
        "surrogates the wrong way round",
        post_json(GLADIA, '{"audio_url": "\\udc00\\ud800"}'),
        "400 gladia",
    ),
    ("half an escape", post_json(GLADIA, '{"audio_url": "\\u12"}'), "400 gladia"),
    ("an unknown escape", post_json(GLADIA, '{"audio_url": "\\x41"}'), "400 gladia"),
    ("a NUL in a text", gladia(custom_metadata={"a": "\0"}), "201"),
    ("a control character in a text", post_json(GLADIA, '{"audio_url": "\x01"}'), "400 gladia"),
    ("a surrogate in UTF-8", post_json(GLADIA, b'{"audio_url": "\xed\xa0\x80"}'), "400 gladia"),
    ("bytes that are no UTF-8", post_json(GLADIA, b'{"audio_url": "\xff\xfe"}'), "400 gladia"),
    ("an overlong encoding", post_json(GLADIA, b'{"audio_url": "\xc0\xaf"}'), "400 gladia"),
    ("a byte order mark", post_json(GLADIA, b"\xef\xbb\xbf" + ORDER.encode()), "400 gladia"),
    ("UTF-16", post_json(GLADIA, ORDER.encode("utf-16")), "400 gladia"),
    ("UTF-32", post_json(GLADIA, ORDER.encode("utf-32-be")), "400 gladia"),
    ("UTF-7 by its own word", typed("application/json; charset=utf-7", ORDER), "201"),
    ("a charset that nobody knows", typed("application/json; charset=klingon", ORDER), "201"),
    (
        "40 kB of escaped quotation marks, to Azure",
        post_json(AZURE, '{"a": "' + '\\"' * 20_000),
        "400 azure",
    ),
    ("40 kB of backslashes, to Azure", post_json(AZURE, '{"a": "' + "\\" * 40_001), "400 azure"),
    ("a text of 2 MB", gladia(context_prompt="a" * 2_000_000), "400 gladia"),
    ("no Content-Type", with_body("POST", GLADIA, ORDER, ""), "400 gladia"),
    ("an empty Content-Type", typed("", ORDER), "400 gladia"),
    ("a Content-Type of nonsense", typed(";;;=/", ORDER), "400 gladia"),
    ("a Content-Type of 20 kB", typed("a/" + "b" * 20_000, ORDER), "400 gladia"),
    (
        "two Content-Types",
        with_body(
            "POST", GLADIA, ORDER, "Content-Type: application/json\r\nContent-Type: text/plain\r\n"
        ),
        "400 gladia",
    ),
    ("a Content-Type in capitals", typed("APPLICATION/JSON", ORDER), "201"),
    ("XML", typed("application/xml", "<a/>"), "400 gladia"),
    (
        "XML with entities",
        typed("application/xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', AZURE),
        "415 empty",
    ),
    ("a form of one line", typed("application/x-www-form-urlencoded", "audio_url=a"), "400 gladia"),
    (
        "a form of 100,000 names",
        typed("application/x-www-form-urlencoded", "a=b&" * 100_000),
        "400 gladia",
    ),
    (
        "gzip",
        with_body(
            "POST",
            GLADIA,
            gzip.compress(ORDER.encode()),
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        ),
        "415 gladia",
    ),
    (
        "gzip that is none",
        with_body(
            "POST", GLADIA, ORDER, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"
        ),
        "415 gladia",
    ),
    (
        "gzip of 200 MB of zeros",
        with_body(
            "POST",
            GLADIA,
            gzip.compress(bytes(200_000_000), 1),
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        ),
        "415 gladia",
    ),
    (
        "brotli",
        with_body(
            "POST", AZURE, "\x0b", "Content-Type: application/json\r\nContent-Encoding: br\r\n"
        ),
        "415 empty",
    ),
    (
        "an encoding that nobody knows",
        with_body(
            "POST", AITRONOS, "{}", "Content-Type: application/json\r\nContent-Encoding: tea\r\n"
        ),
        "415 aitronos",
    ),
]

OPTION_ROWS = [
    # Gladia.
    ("gladia: a URL that is none", gladia(audio_url="a"), "400 gladia"),
    ("gladia: a URL of 100 kB", gladia(audio_url=URL + "a" * 100_000), "400 gladia"),
    ("gladia: a URL of a file", gladia(audio_url="file:///etc/passwd"), "400 gladia"),
    ("gladia: a URL of a list", gladia(audio_url=[URL]), "400 gladia"),
    (
        "gladia: every option a text",
        gladia(diarization="yes", translation="yes", summarization="no"),
        "400 gladia",
    ),
    (
        "gladia: every option null",
        gladia(diarization=None, translation=None, subtitles=None),
        "400 gladia",
    ),
    (
        "gladia: a number of speakers below zero",
        gladia(diarization=True, diarization_config={"number_of_speakers": -1}),
        "400 gladia",
    ),
    (
        "gladia: speakers without end",
        gladia(diarization=True, diarization_config={"number_of_speakers": 10**9}),
        "201",
    ),
    ("gladia: 10,000 languages", gladia(language_config={"languages": ["en"] * 10_000}), "201"),
    (
        "gladia: a language that is an object",
        gladia(language_config={"languages": [{}]}),
        "400 gladia",
    ),
    (
        "gladia: 10,000 languages to translate into",
        gladia(translation=True, translation_config={"target_languages": ["fr"] * 10_000}),
        "201",
    ),
    (
        "gladia: metadata of 100,000 members",
        gladia(custom_metadata={f"m{n}": n for n in range(100_000)}),
        "400 gladia",
    ),
    (
        "gladia: metadata in 500 levels",
        post_json(GLADIA, ORDER[:-1] + ', "custom_metadata": ' + '{"a":' * 500 + "1" + "}" * 501),
        "400 gladia",
    ),
    ("gladia: metadata that is a list", gladia(custom_metadata=[1]), "400 gladia"),
    (
        "gladia: a vocabulary of 100,000 words",
        gladia(custom_vocabulary=True, custom_vocabulary_config={"vocabulary": ["a"] * 100_000}),
        "400 gladia",
    ),
    (
        "gladia: a vocabulary of nulls",
        gladia(custom_vocabulary=True, custom_vocabulary_config={"vocabulary": [None]}),
        "400 gladia",
    ),
    ("gladia: a callback to nowhere", gladia(callback_url="nowhere"), "400 gladia"),
    (
        "gladia: a callback to metadata",
        gladia(callback_url="http://169.254.169.254/latest/"),
        "201",
    ),
    ("gladia: a callback to a closed port", gladia(callback_url="http://127.0.0.1:1/"), "201"),
    (
        "gladia: a callback with line ends",
        gladia(callback_url="http://127.0.0.1:1/\r\nX-A: b"),
        "400 gladia",
    ),
    (
        "gladia: a callback that is a list",
        gladia(callback=True, callback_config={"url": []}),
        "400 gladia",
    ),
    (
        "gladia: a callback by DELETE",
        gladia(callback=True, callback_config={"url": URL, "method": "DELETE"}),
        "400 gladia",
    ),
    (
        "gladia: subtitles of no format",
        gladia(subtitles=True, subtitles_config={"formats": []}),
        "400 gladia",
    ),
    (
        "gladia: subtitles of 0 characters",
        gladia(
            subtitles=True, subtitles_config={"formats": ["srt"], "maximum_characters_per_row": 0}
        ),
        "400 gladia",
    ),
    (
        "gladia: subtitles of 10,000 formats",
        gladia(subtitles=True, subtitles_config={"formats": ["srt"] * 10_000}),
        "201",
    ),
    ("gladia: a live session of nothing", post_json("/gladia/v2/live", {}), "201"),
    (
        "gladia: a live session of no rate",
        post_json("/gladia/v2/live", {"sample_rate": 0}),
        "400 gladia",
    ),
    (
        "gladia: a live session of a million channels",
        post_json("/gladia/v2/live", {"channels": 10**6}),
        "400 gladia",
    ),
    (
        "gladia: a live session, all wrong",
        post_json("/gladia/v2/live", {"encoding": [], "bit_depth": "a", "sample_rate": {}}),
        "400 gladia",
    ),
    (
        "gladia: a change of a session that is none",
        post_json("/gladia/v2/live/a", {}, "PATCH"),
        "404 gladia",
    ),
    # Azure.
    ("azure: nothing that is needed", post_json(AZURE, {}), "400 azure"),
    ("azure: numbers for everything", azure(contentUrls=1, locale=2, displayName=3), "400 azure"),
    ("azure: no addresses", azure(contentUrls=[]), "400 azure"),
    ("azure: 1,001 addresses", azure(contentUrls=[URL] * 1001), "400 azure"),
    ("azure: 100,000 addresses", azure(contentUrls=[URL] * 100_000), "400 azure"),
    ("azure: an address that is an object", azure(contentUrls=[{}]), "400 azure"),
    ("azure: a locale of 10,000 letters", azure(locale="e" * 10_000), "400 azure"),
    ("azure: a locale of none", azure(locale="xx-YY"), "400 azure"),
    ("azure: a name of 1 MB", azure(displayName="a" * 1_000_000), "201"),
    ("azure: a name with control characters", azure(displayName="\x1b[2J\r\n"), "201"),
    ("azure: a time to live of nonsense", azure(properties={"timeToLive": "soon"}), "400 azure"),
    (
        "azure: a time to live of a million years",
        azure(properties={"timeToLive": "P1000000Y"}),
        "400 azure",
    ),
    ("azure: a time to live below zero", azure(properties={"timeToLive": "-PT1H"}), "400 azure"),
    ("azure: 100,000 channels", azure(properties={"channels": [0] * 100_000}), "201"),
    ("azure: a channel below zero", azure(properties={"channels": [-1]}), "400 azure"),
    (
        "azure: speakers from 9 to 1",
        azure(
            properties={
                "diarizationEnabled": True,
                "diarization": {"speakers": {"minCount": 9, "maxCount": 1}},
            }
        ),
        "400 azure",
    ),
    ("azure: properties that are a list", azure(properties=[]), "400 azure"),
    (
        "azure: properties of 10,000 custom ones",
        azure(customProperties={f"m{n}": "a" for n in range(10_000)}),
        "400 azure",
    ),
    (
        "azure: a container for the results",
        azure(properties={"destinationContainerUrl": URL}),
        "501 azure",
    ),
    ("azure: a model elsewhere", azure(model={"self": "https://evil.test/"}), "400 azure"),
    ("azure: a model that is a text", azure(model="a"), "400 azure"),
    (
        "azure: a webhook to nowhere",
        post_json(
            "/azure-speech/speechtotext/v3.1/webhooks",
            {"displayName": "a", "webUrl": "x", "events": {}},
        ),
        "501 azure",
    ),
    (
        "azure: a webhook to metadata",
        post_json(
            "/azure-speech/speechtotext/v3.1/webhooks",
            {
                "displayName": "a",
                "webUrl": "https://169.254.169.254/",
                "events": {"transcriptionCompletion": True},
            },
        ),
        "501 azure",
    ),
    (
        "azure: a change of nothing that is there",
        post_json(f"{AZURE}/6b1f0d5e-0000-4c0e-9a52-2f7f5c1d9e11", {"displayName": "a"}, "PATCH"),
        "501 azure",
    ),
    (
        "azure: a change that is a list",
        post_json(f"{AZURE}/6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11", [], "PATCH"),
        "501 azure",
    ),
    (
        "azure: a token with a body",
        with_body("POST", "/azure-speech/sts/v1.0/issueToken", "a" * 10_000, ""),
        "501 azure",
    ),
    # Aitronos.
    ("aitronos: nothing that is needed", post_json(AITRONOS, {}), "422 aitronos"),
    ("aitronos: options that are a text", aitronos("a"), "422 aitronos"),
    ("aitronos: an address that is a number", aitronos({"audio_url": 1}), "422 aitronos"),
    (
        "aitronos: an address of 100 kB",
        aitronos({"audio_url": URL + "a" * 100_000}),
        "422 aitronos",
    ),
    (
        "aitronos: a language that is an object",
        aitronos({"audio_url": URL, "language": {}}),
        "422 aitronos",
    ),
    (
        "aitronos: an organization of 100,000 letters",
        post_json(
            AITRONOS,
            {"organization_id": "a" * 100_000, "transcription_options": {"audio_url": URL}},
        ),
        "422 aitronos",
    ),
    (
        "aitronos: analysis that is a list",
        aitronos({"audio_url": URL}, speaker_analysis=[]),
        "422 aitronos",
    ),
    ("aitronos: unknown members", aitronos({"audio_url": URL, "a": 1}, b=2), "422 aitronos"),
    (
        "aitronos: what is not emulated, with nonsense",
        post_json("/aitronos/v1/audio/diarize", "{"),
        "501 aitronos",
    ),
    (
        "aitronos: synthesis of 1 MB",
        post_json("/aitronos/v1/audio/synthesize", {"text": "a" * 1_000_000}),
        "501 aitronos",
    ),
    (
        "aitronos: the direct form",
        post_form(AITRONOS, part("file", "a", '; filename="a.wav"') + END),
        "501 aitronos",
    ),
    # Phrase Studio.
    (
        "phrase: JSON where a form is due",
        post_json(f"{PHRASE}?title=a", {"sourceLanguage": "en"}),
        "415 phrase",
    ),
    ("phrase: a form of nothing", phrase(), "400 phrase"),
    (
        "phrase: addresses of objects",
        phrase(part("sourceLanguage", "en"), part("fileUrls", "[{}]")),
        "400 phrase",
    ),
    (
        "phrase: addresses of lists",
        phrase(part("sourceLanguage", "en"), part("fileUrls", "[[]]")),
        "400 phrase",
    ),
    (
        "phrase: addresses of half a list",
        phrase(part("sourceLanguage", "en"), part("fileUrls", "[")),
        "400 phrase",
    ),
    (
        "phrase: addresses in 100,000 levels",
        phrase(part("sourceLanguage", "en"), part("fileUrls", "[" * 100_000)),
        "400 phrase",
    ),
    (
        "phrase: 10,000 addresses",
        phrase(part("sourceLanguage", "en"), part("fileUrls", json.dumps([URL] * 10_000))),
        "307",
    ),
    (
        "phrase: 10,000 languages",
        phrase(
            part("sourceLanguage", "en"),
            part("translationLanguages", json.dumps(["fr"] * 10_000)),
            part("fileUrls", json.dumps([URL])),
        ),
        "307",
    ),
    (
        "phrase: a language of 100 kB",
        phrase(part("sourceLanguage", "e" * 100_000), part("fileUrls", json.dumps([URL]))),
        "307",
    ),
    (
        "phrase: the same field a thousand times",
        phrase(part("sourceLanguage", "en") * 1000),
        "400 phrase",
    ),
    (
        "phrase: a title of 50 kB",
        post_form(f"{PHRASE}?title={'a' * 50_000}", part("sourceLanguage", "en") + END),
        "400 phrase",
    ),
    (
        "phrase: two titles",
        post_form(f"{PHRASE}?title=a&title=b", part("sourceLanguage", "en") + END),
        "400 phrase",
    ),
    (
        "phrase: an upload without a ticket",
        post_form("/phrase-studio/_upload/nobody", part("files", "a", '; filename="a.wav"') + END),
        "400 phrase",
    ),
    (
        "phrase: subtitles of nonsense",
        with_body(
            "PUT",
            "/phrase-studio/v1/projects/a/recordings/b/subtitles",
            "WEBVTT",
            "Content-Type: text/vtt\r\n",
        ),
        "501 phrase",
    ),
]

FORM_ROWS = [
    ("a good one", post_form(UPLOAD, audio("RIFF") + END), "200"),
    ("no boundary", typed("multipart/form-data", audio("a") + END, UPLOAD), "400 gladia"),
    ("an empty boundary", post_form(UPLOAD, audio("a") + END, ""), "400 gladia"),
    ("another boundary", post_form(UPLOAD, audio("a") + END, "elsewhere"), "400 gladia"),
    (
        "a boundary of 200 letters",
        post_form(
            UPLOAD, audio("a").replace("frontier", "b" * 200) + f"--{'b' * 200}--\r\n", "b" * 200
        ),
        "200",
    ),
    ("a boundary in quotes", post_form(UPLOAD, audio("a") + END, '"frontier"'), "200"),
    ("half a quoted boundary", post_form(UPLOAD, audio("a") + END, '"frontier'), "400 gladia"),
    (
        "a boundary that is no ASCII",
        post_form(UPLOAD, "--\xe9\r\n\r\n--\xe9--\r\n", "\xe9"),
        "400 gladia",
    ),
    (
        "two boundaries",
        typed("multipart/form-data; boundary=a; boundary=frontier", audio("a") + END, UPLOAD),
        "200",
    ),
    ("no parts", post_form(UPLOAD, END), "400 gladia"),
    ("nothing at all", post_form(UPLOAD, ""), "400 gladia"),
    ("no end", post_form(UPLOAD, audio("a")), "400 gladia"),
    ("half a boundary at the end", post_form(UPLOAD, audio("a") + "--front"), "400 gladia"),
    (
        "words before the first part",
        post_form(UPLOAD, "hello\r\n" + audio("a") + END),
        "400 gladia",
    ),
    ("words after the end", post_form(UPLOAD, audio("a") + END + "hello"), "200"),
    ("LF alone", post_form(UPLOAD, (audio("a") + END).replace("\r\n", "\n")), "400 gladia"),
    ("a part without headers", post_form(UPLOAD, "--frontier\r\n\r\na\r\n" + END), "400 gladia"),
    (
        "a part without a name",
        post_form(UPLOAD, "--frontier\r\nContent-Disposition: form-data\r\n\r\na\r\n" + END),
        "400 gladia",
    ),
    (
        "a part that is an attachment",
        post_form(UPLOAD, audio("a").replace("form-data", "attachment") + END),
        "200",
    ),
    (
        "a part with an empty name",
        post_form(UPLOAD, part("", "a", '; filename="a"') + END),
        "400 gladia",
    ),
    ("a name with a quotation mark", post_form(UPLOAD, part('a\\"b', "a") + END), "400 gladia"),
    (
        "a name with bytes that are no UTF-8",
        post_form(UPLOAD, (part("\udcff", "a") + END).encode("utf-8", "surrogateescape")),
        "400 gladia",
    ),
    ("a file of nothing", post_form(UPLOAD, audio("") + END), "400 gladia"),
    ("a file without a file name", post_form(UPLOAD, audio("a", "") + END), "400 gladia"),
    ("a file with an empty file name", post_form(UPLOAD, audio("a", '; filename=""') + END), "200"),
    (
        "a file name with dots",
        post_form(UPLOAD, audio("a", '; filename="../../etc/passwd"') + END),
        "200",
    ),
    (
        "a file name of Windows",
        post_form(UPLOAD, audio("a", '; filename="C:\\\\a\\\\con.wav"') + END),
        "200",
    ),
    ("a file name with a NUL", post_form(UPLOAD, audio("a", '; filename="a\0.wav"') + END), "200"),
    (
        "a file name with control characters",
        post_form(UPLOAD, audio("a", '; filename="\x1b[2J.wav"') + END),
        "200",
    ),
    (
        "a file name in another charset",
        post_form(UPLOAD, audio("a", "; filename*=klingon'en'%ff.wav") + END),
        "400 gladia",
    ),
    (
        "a file name of the future",
        post_form(UPLOAD, audio("a", "; filename*=UTF-8''%e2%82%ac.wav") + END),
        "400 gladia",
    ),
    ("two files", post_form(UPLOAD, audio("a") + audio("b") + END), "200"),
    (
        "a file among fields that nobody knows",
        post_form(UPLOAD, part("a", "b") + audio("c") + END),
        "200",
    ),
    (
        "a form in a form",
        post_form(
            UPLOAD,
            audio(
                "--inner\r\n\r\na\r\n--inner--",
                headers="Content-Type: multipart/mixed; boundary=inner\r\n",
            )
            + END,
        ),
        "200",
    ),
    (
        "a part with a length that lies",
        post_form(UPLOAD, audio("a", headers="Content-Length: 999\r\n") + END),
        "200",
    ),
    (
        "a part in base64",
        post_form(UPLOAD, audio("YQ==", headers="Content-Transfer-Encoding: base64\r\n") + END),
        "200",
    ),
    (
        "a part whose type is nonsense",
        post_form(UPLOAD, audio("a", headers="Content-Type: ;;\r\n") + END),
        "200",
    ),
    (
        "a part whose header goes on in the next line",
        post_form(UPLOAD, audio("a", headers="X-A: b\r\n c\r\n") + END),
        "400 gladia",
    ),
    (
        "a file full of half boundaries",
        post_form(UPLOAD, audio("\r\n--fron" * 50_000) + END),
        "200",
    ),
    ("a file full of line ends", post_form(UPLOAD, audio("\r\n" * 500_000) + END), "200"),
    ("a file of 5 MB", post_form(UPLOAD, audio("a" * 5_000_000) + END), "200"),
    (
        "another kind of form",
        typed("multipart/mixed; boundary=frontier", audio("a") + END, UPLOAD),
        "400 gladia",
    ),
    (
        "a form with a GET",
        head("GET", UPLOAD, "Content-Type: multipart/form-data; boundary=a\r\n"),
        "404 gladia",
    ),
    ("a form where JSON is due", post_form(GLADIA, part("audio_url", URL) + END), "400 gladia"),
    (
        "a form in chunks",
        f"POST {UPLOAD} HTTP/1.1\r\nHost: a\r\n{KEYS}Content-Type: multipart/form-data; boundary=frontier\r\nTransfer-Encoding: chunked\r\n\r\n{len(audio('a') + END):x}\r\n{audio('a')}{END}\r\n0\r\n\r\n",  # noqa: E501
        "200",
    ),
    (
        "a file name of Chinese",
        post_form(
            UPLOAD,
            audio("a", '; filename="' + utf8("会议") + '.wav"').encode("latin-1") + END.encode(),
        ),
        "200",
    ),
]

CASES = [
    *cases("json", JSON_ROWS),
    *cases("options", OPTION_ROWS),
    *cases("form", FORM_ROWS),
]
