"""Queries, keys, conditions, ranges, pages, and clients that stop sending."""

from tests.hostile.case import Case, cases, get, head
from tests.hostile.protocol import CHUNKED, GOOD, LENGTH, ORDER, POST

GLADIA = "/gladia/v2/pre-recorded"
AZURE = "/azure-speech/speechtotext/v3.1/transcriptions"
AITRONOS = "/aitronos/v1/audio/transcribe"
PHRASE = "/phrase-studio/v1/projects"
BLANK = "%20"


def keyed(line: str, target: str = GLADIA) -> str:
    return f"GET {target} HTTP/1.1\r\nHost: a\r\n{line}\r\n"


QUERY_ROWS = [
    ("gladia: a limit of 0", get(f"{GLADIA}?limit=0"), "400 gladia"),
    ("gladia: a limit below zero", get(f"{GLADIA}?limit=-1"), "400 gladia"),
    ("gladia: a limit of a billion", get(f"{GLADIA}?limit=1000000000"), "200"),
    ("gladia: a limit of 30 digits", get(f"{GLADIA}?limit={'9' * 30}"), "400 gladia"),
    ("gladia: a limit of 10,000 digits", get(f"{GLADIA}?limit={'9' * 10_000}"), "400 gladia"),
    ("gladia: a limit of letters", get(f"{GLADIA}?limit=many"), "400 gladia"),
    ("gladia: a limit with a point", get(f"{GLADIA}?limit=1.5"), "400 gladia"),
    ("gladia: a limit of 1e3", get(f"{GLADIA}?limit=1e3"), "400 gladia"),
    ("gladia: a limit of Arabic digits", get(f"{GLADIA}?limit=%D9%A3"), "400 gladia"),
    ("gladia: an empty limit", get(f"{GLADIA}?limit="), "200"),
    ("gladia: two limits", get(f"{GLADIA}?limit=1&limit=2"), "400 gladia"),
    ("gladia: an offset beyond the end", get(f"{GLADIA}?offset=999999999999"), "200"),
    ("gladia: a date of nonsense", get(f"{GLADIA}?after_date=yesterday"), "400 gladia"),
    ("gladia: a date of the year 99999", get(f"{GLADIA}?before_date=99999-01-01"), "400 gladia"),
    ("gladia: the 30th of February", get(f"{GLADIA}?date=2026-02-30"), "400 gladia"),
    ("gladia: a status of none", get(f"{GLADIA}?status=sleeping"), "400 gladia"),
    ("gladia: 5,000 statuses", get(f"{GLADIA}?{'status=done&' * 5000}"), "200"),
    ("gladia: metadata that is no JSON", get(f"{GLADIA}?custom_metadata=%7B"), "400 gladia"),
    (
        "gladia: metadata in 5,000 levels",
        get(f"{GLADIA}?custom_metadata={'%5B' * 5000}"),
        "400 gladia",
    ),
    ("gladia: an id of nonsense", get(f"{GLADIA}/%00"), "404 gladia"),
    ("gladia: an id of 10,000 letters", get(f"{GLADIA}/{'a' * 10_000}"), "404 gladia"),
    ("azure: a page below zero", get(f"{AZURE}?top=-1"), "400 azure"),
    ("azure: a page of letters", get(f"{AZURE}?top=ten"), "400 azure"),
    ("azure: skipping beyond 64 bits", get(f"{AZURE}?skip={2**64}"), "400 azure"),
    ("azure: half a filter", get(f"{AZURE}?filter=status"), "400 azure"),
    ("azure: a filter of nothing", get(f"{AZURE}?filter="), "200"),
    ("azure: a filter of an unknown field", get(f"{AZURE}?filter=a{BLANK}eq{BLANK}1"), "400 azure"),
    (
        "azure: a filter of 1,500 terms",
        get(f"{AZURE}?filter=" + f"{BLANK}or{BLANK}".join(["locale%20eq%20'a'"] * 1500)),
        "200",
    ),
    ("azure: a filter of 3,000 parentheses", get(f"{AZURE}?filter={'(' * 3000}"), "400 azure"),
    (
        "azure: a filter of balanced parentheses",
        get(f"{AZURE}?filter={'(' * 3000}locale%20eq%20'a'{')' * 3000}"),
        "400 azure",
    ),
    (
        "azure: a filter of 3,000 times not",
        get(f"{AZURE}?filter={'not%20' * 3000}locale%20eq%20'a'"),
        "400 azure",
    ),
    ("azure: a filter of half a quotation", get(f"{AZURE}?filter=locale%20eq%20'a"), "400 azure"),
    (
        "azure: a filter of 20,000 quotation marks",
        get(f"{AZURE}?filter=locale%20eq%20{chr(39) * 20_001}"),
        "400 azure",
    ),
    (
        "azure: a filter of a date of nonsense",
        get(f"{AZURE}?filter=createdDateTime%20gt%20soon"),
        "400 azure",
    ),
    ("azure: two filters", get(f"{AZURE}?filter=a&filter=b"), "400 azure"),
    ("azure: an id that is no UUID", get(f"{AZURE}/a"), "404 azure"),
    (
        "azure: links that live for ever",
        get(
            f"{AZURE}/6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11/files?sasValidityInSeconds=99999999999999"
        ),
        "400 azure",
    ),
    (
        "azure: links that live below zero",
        get(f"{AZURE}/6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11/files?sasValidityInSeconds=-1"),
        "400 azure",
    ),
    ("aitronos: a limit of 0", get(f"{AITRONOS}?limit=0"), "422 aitronos"),
    ("aitronos: an offset below zero", get(f"{AITRONOS}?offset=-5"), "422 aitronos"),
    ("aitronos: a status of none", get(f"{AITRONOS}?status=sleeping"), "422 aitronos"),
    ("aitronos: a search for nothing", get(f"{AITRONOS}/trans_0/search?words="), "422 aitronos"),
    ("aitronos: subtitles of no format", get(f"{AITRONOS}/trans_0/subtitles/exe"), "404 aitronos"),
    ("aitronos: an id of a traversal", get(f"{AITRONOS}/..%2f..%2fetc"), "404 aitronos"),
    ("phrase: a page of letters", get(f"{PHRASE}?page=first"), "400 phrase"),
    ("phrase: a page size of a billion", get(f"{PHRASE}?pageSize=1000000000"), "400 phrase"),
    ("phrase: a token of nonsense", get(f"{PHRASE}?nextPageToken=%ff%fe"), "200"),
    ("phrase: an id that is no UUID", get(f"{PHRASE}/0"), "400 phrase"),
    (
        "phrase: an id that is nobody's",
        get(f"{PHRASE}/6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"),
        "404 phrase",
    ),
    (
        "phrase: an output of no format",
        get("/phrase-studio/v1/recordings/6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10?format=exe"),
        "400 phrase",
    ),
    ("phrase: a dubbing of nobody", get("/phrase-studio/_dubbings/a/b/fr.mp3"), "403 blob"),
]

KEY_ROWS = [
    ("none", keyed(""), "401 gladia"),
    ("an empty one", keyed("x-gladia-key:\r\n"), "401 gladia"),
    ("of blanks", keyed("x-gladia-key:    \r\n"), "401 gladia"),
    ("in quotes", keyed('x-gladia-key: "test-a"\r\n'), "401 gladia"),
    ("two of them", keyed("x-gladia-key: test-a\r\nx-gladia-key: test-b\r\n"), "200"),
    ("with a comma", keyed("x-gladia-key: test-a,test-b\r\n"), "200"),
    ("with a slash", keyed("x-gladia-key: test-a/b\r\n"), "200"),
    ("with dots", keyed("x-gladia-key: test-../../a\r\n"), "200"),
    ("with a percent sign", keyed("x-gladia-key: test-%00\r\n"), "200"),
    ("with a tab", keyed("x-gladia-key: test-a\tb\r\n"), "200"),
    ("in latin-1", keyed("x-gladia-key: test-\xe9\r\n"), "200"),
    ("of 200 letters", keyed(f"x-gladia-key: test-{'a' * 200}\r\n"), "200"),
    ("of 60,000 letters", keyed(f"x-gladia-key: test-{'a' * 60_000}\r\n"), "200"),
    ("unknown", keyed("x-gladia-key: nobody\r\n"), "401 gladia"),
    ("the tenant of those without one", keyed("x-gladia-key: default\r\n"), "401 gladia"),
    ("Bearer alone, to Aitronos", keyed("Authorization: Bearer\r\n", AITRONOS), "401 aitronos"),
    (
        "Bearer of two words, to Aitronos",
        keyed("Authorization: Bearer test-a test-b\r\n", AITRONOS),
        "200",
    ),
    (
        "Basic, to Aitronos",
        keyed("Authorization: Basic dGVzdC1hOg==\r\n", AITRONOS),
        "401 aitronos",
    ),
    (
        "Digest of nonsense, to Aitronos",
        keyed('Authorization: Digest username="a", a=, ,\r\n', AITRONOS),
        "401 aitronos",
    ),
    (
        "Bearer of half a token, to Azure",
        keyed("Authorization: Bearer a.b\r\n", AZURE),
        "401 gateway",
    ),
    (
        "a token whose parts are no JSON, to Azure",
        keyed("Authorization: Bearer eyJ.eyJ.eyJ\r\n", AZURE),
        "401 gateway",
    ),
    (
        "a key and a token, to Azure",
        keyed("Ocp-Apim-Subscription-Key: test-a\r\nAuthorization: Bearer a\r\n", AZURE),
        "200",
    ),
    ("in the query, to Gladia", keyed("", f"{GLADIA}?x-gladia-key=test-a"), "401 gladia"),
    (
        "in a trailer",
        POST.replace("x-gladia-key: test-a\r\n", "")
        + CHUNKED[:-2]
        + "x-gladia-key: test-a\r\n\r\n",
        "401 gladia",
    ),
]

CONDITION_ROWS = [
    ("If-None-Match of everything", get("<<BLOB>>", "If-None-Match: *\r\n"), "304"),
    ("If-None-Match of nonsense", get("<<BLOB>>", "If-None-Match: nonsense\r\n"), "200"),
    ("If-None-Match of half a tag", get("<<BLOB>>", 'If-None-Match: "a\r\n'), "200"),
    (
        "If-None-Match of 5,000 tags",
        get("<<BLOB>>", "If-None-Match: " + '"a",' * 5000 + "\r\n"),
        "200",
    ),
    ("If-Match of another tag", get("<<BLOB>>", 'If-Match: "a"\r\n'), "200"),
    ("If-Match of everything", get("<<BLOB>>", "If-Match: *\r\n"), "200"),
    ("If-Modified-Since of nonsense", get("<<BLOB>>", "If-Modified-Since: soon\r\n"), "200"),
    (
        "If-Modified-Since of the future",
        get("<<BLOB>>", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n"),
        "200",
    ),
    (
        "If-Modified-Since of the year 0",
        get("<<BLOB>>", "If-Modified-Since: Sat, 01 Jan 0000 00:00:00 GMT\r\n"),
        "200",
    ),
    (
        "If-Unmodified-Since of the past",
        get("<<BLOB>>", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n"),
        "200",
    ),
    ("If-Range of nonsense", get("<<BLOB>>", "If-Range: a\r\nRange: bytes=0-1\r\n"), "200"),
    ("the first bytes", get("<<BLOB>>", "Range: bytes=0-9\r\n"), "200"),
    ("the last byte", get("<<BLOB>>", "Range: bytes=-1\r\n"), "200"),
    ("the last 0 bytes", get("<<BLOB>>", "Range: bytes=-0\r\n"), "200"),
    ("beyond the end", get("<<BLOB>>", "Range: bytes=99999999-\r\n"), "200"),
    ("backwards", get("<<BLOB>>", "Range: bytes=9-0\r\n"), "200"),
    ("more digits than 64 bits have", get("<<BLOB>>", f"Range: bytes=0-{'9' * 5000}\r\n"), "200"),
    ("of another unit", get("<<BLOB>>", "Range: lines=0-9\r\n"), "200"),
    ("of nothing", get("<<BLOB>>", "Range: bytes=\r\n"), "200"),
    ("of letters", get("<<BLOB>>", "Range: bytes=a-b\r\n"), "200"),
    ("two at once", get("<<BLOB>>", "Range: bytes=0-1,4-5\r\n"), "200"),
    ("5,000 at once", get("<<BLOB>>", "Range: bytes=" + "0-1," * 5000 + "0-1\r\n"), "200"),
    ("with a sign", get("<<BLOB>>", "Range: bytes=+0-+9\r\n"), "200"),
    ("with HEAD", head("HEAD", "<<BLOB>>", "Range: bytes=0-9\r\n"), "405 empty"),
    ("with DELETE", head("DELETE", "<<BLOB>>", "Range: bytes=0-9\r\n"), "405 blob"),
    ("a signature with a letter more", get("<<BLOB>>a"), "403 blob"),
    ("a link of its own twice", get("<<BLOB>>&<<BLOB>>"), "400 blob"),
    ("an answer in nothing that there is", get(GLADIA, "Accept: image/png\r\n"), "200"),
    ("Accept of 5,000 types", get(GLADIA, "Accept: " + "a/b," * 5000 + "\r\n"), "200"),
    ("Accept-Encoding of nonsense", get(GLADIA, "Accept-Encoding: ;q=2,,\r\n"), "200"),
    ("Cookie of 50 kB", get(GLADIA, f"Cookie: a={'b' * 50_000}\r\n"), "200"),
    ("another method by a header", get(GLADIA, "X-HTTP-Method-Override: DELETE\r\n"), "200"),
    ("another host by a header", get(GLADIA, "X-Forwarded-Host: evil.test\r\n"), "200"),
    (
        "a preflight of nonsense",
        head("OPTIONS", GLADIA, "Origin: null\r\nAccess-Control-Request-Method: \r\n"),
        "204",
    ),
]

LARGE = POST + f"Content-Length: {100_000}\r\n\r\n" + ORDER + " " * (100_000 - len(ORDER))
HALF_CLOSED = {  # clients that say that they send no more, and wait for what they asked for
    "an ordinary one": (GOOD + "\r\n", "200, closed"),
    "three in one packet": (3 * (GOOD + "\r\n"), "200, 200, 200, closed"),
    "a large body": (LARGE, "201, closed"),
    "a large body, then an ordinary one": (LARGE + GOOD + "\r\n", "201, 200, closed"),
    "chunks, then two more": (POST + CHUNKED + 2 * (GOOD + "\r\n"), "201, 200, 200, closed"),
    "the admin API": (
        get("/_emulator/health").replace("Host: a", "Host: localhost"),
        "200, closed",
    ),
    "half a head": (GOOD, "closed"),
    "half a body": (POST + LENGTH + "\r\n" + ORDER[:-1], "closed"),
    "half a large body": (LARGE[:-1], "closed"),
    "half chunks": (POST + "Transfer-Encoding: chunked\r\n\r\n9\r\n", "closed"),
    "a good one, then half a head": (GOOD + "\r\n" + GOOD, "200, closed"),
    "nothing": ("", "closed"),
}

CASES = [
    *cases("query", QUERY_ROWS),
    *cases("key", KEY_ROWS),
    *cases("conditions and ranges", CONDITION_ROWS),
    *(
        Case(f"half-closed: {name}", sent, expected, half_closes=True)
        for name, (sent, expected) in HALF_CLOSED.items()
    ),
]
