"""What any server of HTTP may be sent; ``test_odd_requests.py`` sends it without a socket, too."""

from emulator.interfaces.transports.asgi import MAX_HEADER_BYTES
from emulator.interfaces.transports.protocol import HEAD_BYTES
from tests.hostile.case import cases

GOOD = "GET /gladia/health HTTP/1.1\r\nHost: a\r\n"
H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
ORDER = '{"audio_url": "https://media.test/a.wav"}'
POST = (
    "POST /gladia/v2/pre-recorded HTTP/1.1\r\nHost: a\r\nx-gladia-key: test-a\r\n"
    "Content-Type: application/json\r\n"
)
CHUNKED = f"Transfer-Encoding: chunked\r\n\r\n{len(ORDER):x}\r\n{ORDER}\r\n0\r\n\r\n"
LENGTH = f"Content-Length: {len(ORDER)}\r\n"
END = "\r\n"


def target(text: str, host: str = "a") -> str:
    return f"GET {text} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def upgrading(method: str, *headers: str) -> str:
    return f"{method} /gladia/health HTTP/1.1\r\nHost: a\r\n{''.join(headers)}\r\n"


ROWS = [
    ("an ordinary one", GOOD + END, "200"),
    ("two in one packet", 2 * (GOOD + END), "200, 200"),
    ("blank lines before", END + END + GOOD + END, "200"),
    # Upgrades to what is not spoken here.
    ("h2c", GOOD + H2C + END, "200"),
    ("h2c, then another", GOOD + H2C + END + GOOD + END, "200, 200"),
    ("h2c twice", 2 * (GOOD + H2C + END), "200, 200"),
    ("h2c with a body", POST + H2C + LENGTH + END + ORDER, "201"),
    ("h2c with a body, then another", POST + H2C + LENGTH + END + ORDER + GOOD + END, "201, 200"),
    ("h2c with chunks", POST + H2C + CHUNKED, "201"),
    ("h2c with chunks, then another", POST + H2C + CHUNKED + GOOD + END, "201, 200"),
    ("a websocket by POST", POST + SOCKET + LENGTH + END + ORDER, "201"),
    ("a websocket by DELETE", upgrading("DELETE", SOCKET), "404 gladia"),
    ("TLS", upgrading("GET", "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n"), "200"),
    ("an upgrade without its connection", upgrading("GET", "Upgrade: h2c\r\n"), "200"),
    ("a connection without its upgrade", upgrading("GET", "Connection: Upgrade\r\n"), "200"),
    # Targets.
    ("absolute", target("http://api.gladia.io/health"), "200"),
    ("absolute, whose host beats the header", target("http://api.gladia.io/health", "b"), "200"),
    ("absolute in capitals", target("HTTP://api.gladia.io/health"), "200"),
    ("absolute without a path", target("http://api.gladia.io"), "404 gladia"),
    ("absolute with a query alone", target("http://api.gladia.io?a=b"), "404 gladia"),
    ("absolute with a fragment", target("http://api.gladia.io/health#a"), "200"),
    ("absolute with a port", target("http://api.gladia.io:80/health"), "200"),
    (
        "a port that there cannot be",
        target("http://api.gladia.io:99999/health"),
        "400 plain, closed",
    ),
    ("no host", target("http:///health"), "400 plain, closed"),
    ("half an address", target("http://[::1/health"), "400 plain, closed"),
    ("an address", target("http://[::1]/gladia/health"), "200"),
    ("a user", target("http://ann@api.gladia.io/health"), "400 plain, closed"),
    ("another scheme", target("ftp://api.gladia.io/health"), "400 plain, closed"),
    ("a path without a slash", target("gladia/health"), "400 plain, closed"),
    ("authority alone", target("api.gladia.io:443"), "400 plain, closed"),
    ("two slashes", target("//gladia/health"), "404 nobody"),
    ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "404 nobody"),
    ("connect", "CONNECT api.gladia.io:443 HTTP/1.1\r\nHost: a\r\n\r\n", "400 plain, closed"),
    ("bytes that are no UTF-8", target("/gladia/%ff"), "404 gladia"),
    ("a byte that is no ASCII", target("/gladia/\xff"), "400 plain, closed"),
    ("a line feed, encoded", target("/gladia/%0A"), "404 gladia"),
    ("a percent sign alone", target("/gladia/%"), "404 gladia"),
    ("a fragment", target("/gladia/health#a"), "200"),
    ("a long query", target("/gladia/health?" + "a" * 60_000), "200"),
    ("many separators", target("/gladia/health?" + "&" * 60_000), "200"),
    ("a target that is too long", target("/gladia/health?" + "a" * 70_000), "414 plain, closed"),
    ("separators without end", target("/gladia/health?" + "&" * 100_000), "414 plain, closed"),
    # Versions.
    ("HTTP/1.0", "GET /gladia/health HTTP/1.0\r\n\r\n", "200, closed"),
    ("HTTP/2.0", "GET /gladia/health HTTP/2.0\r\nHost: a\r\n\r\n", "505 plain, closed"),
    ("HTTP/0.9", "GET /gladia/health HTTP/0.9\r\nHost: a\r\n\r\n", "505 plain, closed"),
    (
        "HTTP/2.0 with an upgrade",
        "GET /gladia/health HTTP/2.0\r\nHost: a\r\n" + H2C + END,
        "505 plain, closed",
    ),
    (
        "HTTP/1.0 with an upgrade",
        "GET /gladia/health HTTP/1.0\r\n" + H2C + END + GOOD + END,
        "200, closed",
    ),
    ("RTSP", "GET /gladia/health RTSP/1.0\r\nHost: a\r\n\r\n", "505 plain, closed"),
    ("HTTP/1.2", "GET /gladia/health HTTP/1.2\r\nHost: a\r\n\r\n", "400 plain, closed"),
    ("HTTP/3", "GET /gladia/health HTTP/3\r\nHost: a\r\n\r\n", "400 plain, closed"),
    ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400 plain, closed"),
    # Heads that are none.
    ("no method", "/gladia/health HTTP/1.1\r\nHost: a\r\n\r\n", "400 plain, closed"),
    ("an unknown method", "BREW /gladia/health HTTP/1.1\r\nHost: a\r\n\r\n", "400 plain, closed"),
    (
        "no version, as HTTP/0.9 has it",
        "GET /gladia/health\r\nHost: a\r\n\r\n",
        "505 plain, closed",
    ),
    ("a NUL in a header", GOOD + "X-A: \0\r\n\r\n", "400 plain, closed"),
    ("a header without a colon", GOOD + "nonsense\r\n\r\n", "400 plain, closed"),
    ("a blank before the colon", GOOD + "X-A : b\r\n\r\n", "400 plain, closed"),
    ("a header that goes on in the next line", GOOD + "X-A: b\r\n c\r\n\r\n", "400 plain, closed"),
    ("line feeds alone", GOOD.replace("\r\n", "\n") + "\n", "400 plain, closed"),
    # Lengths.
    ("a length that is no number", POST + "Content-Length: x\r\n\r\n", "400 plain, closed"),
    ("a length with a sign", POST + "Content-Length: +1\r\n\r\nx", "400 plain, closed"),
    ("a negative length", POST + "Content-Length: -1\r\n\r\n", "400 plain, closed"),
    ("two lengths", POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "400 plain, closed"),
    ("a length and chunks", POST + LENGTH + CHUNKED, "400 plain, closed"),
    ("a chunk of no size", POST + "Transfer-Encoding: chunked\r\n\r\nx\r\n", "400 plain, closed"),
    ("another coding", POST + "Transfer-Encoding: gzip\r\n\r\n", "400 plain, closed"),
    (
        "a head that is too long for a provider",
        GOOD + f"X-A: {'a' * MAX_HEADER_BYTES}\r\n\r\n",
        "431 gladia",
    ),
    ("a head without end", GOOD + f"X-A: {'a' * HEAD_BYTES}", "431 gladia, closed"),
    ("a target without end", "GET /" + "a" * HEAD_BYTES, "414 plain, closed"),
    (
        "a head without end, of a broken target",
        f"GET http://[/ HTTP/1.1\r\nX-A: {'a' * HEAD_BYTES}",
        "431 plain, closed",
    ),
    ("headers without end", GOOD + "X-A: a\r\n" * (HEAD_BYTES // 7), "431 gladia, closed"),
    # More of heads.
    ("a method in small letters", GOOD.replace("GET", "get") + END, "400 plain, closed"),
    ("a method with a digit", GOOD.replace("GET", "G3T") + END, "400 plain, closed"),
    ("a method of 10,000 letters", GOOD.replace("GET", "A" * 10_000) + END, "400 plain, closed"),
    ("TRACE", GOOD.replace("GET", "TRACE") + END, "404 gladia"),
    ("PROPFIND", GOOD.replace("GET", "PROPFIND") + END, "404 gladia"),
    ("HEAD", GOOD.replace("GET", "HEAD") + END, "200"),
    ("OPTIONS", GOOD.replace("GET", "OPTIONS") + END, "204"),
    ("two blanks before the target", GOOD.replace(" /", "  /") + END, "200"),
    ("two blanks before the version", GOOD.replace(" HTTP", "  HTTP") + END, "200"),
    ("a tab in the request line", GOOD.replace(" HTTP", "\tHTTP") + END, "400 plain, closed"),
    ("a blank before the method", " " + GOOD + END, "400 plain, closed"),
    ("a blank after the version", GOOD.replace("1.1", "1.1 ") + END, "400 plain, closed"),
    ("a version in small letters", GOOD.replace("HTTP", "http") + END, "400 plain, closed"),
    ("a version of one number", GOOD.replace("1.1", "1") + END, "400 plain, closed"),
    ("a version with letters", GOOD.replace("1.1", "1.x") + END, "400 plain, closed"),
    ("a version of three digits", GOOD.replace("1.1", "1.11") + END, "400 plain, closed"),
    ("CR alone in a header", GOOD + "X-A: b\rc\r\n\r\n", "400 plain, closed"),
    ("CR CR LF", GOOD + "X-A: b\r\r\n\r\n", "400 plain, closed"),
    ("LF alone in the middle", GOOD + "X-A: b\nX-B: c\r\n\r\n", "400 plain, closed"),
    ("a bell in a header", GOOD + "X-A: \x07\r\n\r\n", "400 plain, closed"),
    ("DEL in a header", GOOD + "X-A: \x7f\r\n\r\n", "400 plain, closed"),
    ("latin-1 in a header", GOOD + "X-A: \xe9\r\n\r\n", "200"),
    ("latin-1 in a header's name", GOOD + "X-\xe9: a\r\n\r\n", "400 plain, closed"),
    ("a header without a name", GOOD + ": a\r\n\r\n", "400 plain, closed"),
    ("a header's name in quotes", GOOD + '"X": a\r\n\r\n', "400 plain, closed"),
    ("a header's name with a blank", GOOD + "X A: a\r\n\r\n", "400 plain, closed"),
    ("a header's name with a NUL", GOOD + "X\0A: a\r\n\r\n", "400 plain, closed"),
    ("a header of nothing", GOOD + "X-A:\r\n\r\n", "200"),
    ("a header of blanks", GOOD + "X-A:    \t \r\n\r\n", "200"),
    (
        "a header that begins with a blank",
        "GET /gladia/health HTTP/1.1\r\n Host: a\r\n\r\n",
        "400 plain, closed",
    ),
    ("10,000 headers", GOOD + "X-A: a\r\n" * 10_000 + END, "200"),
    (
        "2,000 headers of other names",
        GOOD + "".join(f"X-{n}: a\r\n" for n in range(2000)) + END,
        "200",
    ),
    ("a header's name of 60 kB", GOOD + "X" * 60_000 + ": a\r\n\r\n", "200"),
    ("a head of 200 kB", GOOD + ("X-A: " + "a" * 1000 + "\r\n") * 200 + END, "431 gladia"),
    ("no Host header", "GET /gladia/health HTTP/1.1\r\n\r\n", "400 plain, closed"),
    ("an empty host", "GET /gladia/health HTTP/1.1\r\nHost:\r\n\r\n", "200"),
    ("two hosts", GOOD + "Host: b\r\n\r\n", "400 plain, closed"),
    ("a host with a path", GOOD.replace("Host: a", "Host: a/b") + END, "200"),
    ("a host with a blank", GOOD.replace("Host: a", "Host: a b") + END, "200"),
    ("a host of 10,000 letters", GOOD.replace("Host: a", "Host: " + "a" * 10_000) + END, "200"),
    ("a host of another port", GOOD.replace("Host: a", "Host: a:99999") + END, "200"),
    ("connection: close", GOOD + "Connection: close\r\n\r\n", "200, closed"),
    ("connection: close, and more", GOOD + "Connection: close\r\n\r\n" + GOOD + END, "200, closed"),
    (
        "connection of a hundred words",
        GOOD + f"Connection: {', '.join(['a'] * 100)}\r\n\r\n",
        "200",
    ),
    (
        "connection: keep-alive, close",
        GOOD + "Connection: keep-alive, close\r\n\r\n",
        "200, closed",
    ),
    (
        "keep-alive in HTTP/1.0",
        "GET /gladia/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "200, closed",
    ),
    ("expect: 100-continue", POST + "Expect: 100-continue\r\n" + LENGTH + END + ORDER, "100, 201"),
    ("expect: something else", POST + "Expect: tea\r\n" + LENGTH + END + ORDER, "201"),
    ("two requests with a blank line between", GOOD + END + END + GOOD + END, "200, 200"),
    (
        "a hundred in one packet",
        100 * (GOOD + END),
        ", ".join(["200"] * 100),
    ),
    ("a good one, then nonsense", GOOD + END + "nonsense\r\n\r\n", "200, 400 plain, closed"),
    (
        "a good one, then TLS",
        GOOD + END + "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "200, 400 plain, closed",
    ),
    (
        "TLS from the start",
        "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + "\xaa" * 160,
        "400 plain, closed",
    ),
    ("zeros", "\0" * 100, "400 plain, closed"),
    ("an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "400 plain, closed"),
    ("a PROXY line", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + GOOD + END, "400 plain, closed"),
    ("the talk of SSH", "SSH-2.0-OpenSSH_9.6\r\n", "400 plain, closed"),
    ("the talk of SMTP", "EHLO a\r\nMAIL FROM:<a@b>\r\n\r\n", "400 plain, closed"),
    ("the talk of Redis", "*1\r\n$4\r\nPING\r\n\r\n", "400 plain, closed"),
    # More of targets.
    ("dots", target("/gladia/../gladia/health"), "404 gladia"),
    ("dots, encoded", target("/gladia/%2e%2e/gladia/health"), "404 gladia"),
    ("many dots", target("/gladia/" + "../" * 1000 + "etc/passwd"), "404 gladia"),
    ("backslashes", target("/gladia\\health"), "404 nobody"),
    ("a slash, encoded", target("/gladia%2fhealth"), "200"),
    ("a NUL, encoded", target("/gladia/health%00"), "404 gladia"),
    ("letters, encoded", target("/%67ladia/%68ealth"), "200"),
    ("encoded twice", target("/gladia/%2568ealth"), "404 gladia"),
    ("half an encoded letter", target("/gladia/%e"), "404 gladia"),
    ("no hexadecimal digits", target("/gladia/%zz"), "404 gladia"),
    ("an overlong encoding", target("/gladia/%c0%af"), "404 gladia"),
    ("a lone surrogate, encoded", target("/gladia/%ed%a0%80"), "404 gladia"),
    ("a slash at the end", target("/gladia/health/"), "200"),
    ("five slashes at the end", target("/gladia/health/////"), "200"),
    ("capitals", target("/GLADIA/HEALTH"), "404 nobody"),
    ("semicolons", target("/gladia/health;a=b;c"), "404 gladia"),
    ("a blank in the target", target("/gladia/health ?a"), "400 plain, closed"),
    ("quotation marks", target('/gladia/"health"'), "404 gladia"),
    ("braces", target("/gladia/{id}"), "404 gladia"),
    ("an empty query", target("/gladia/health?"), "200"),
    ("many question marks", target("/gladia/health" + "??" * 500), "200"),
    ("a query of equals signs", target("/gladia/health?" + "=" * 1000), "200"),
    (
        "a query of 5,000 names",
        target("/gladia/health?" + "&".join(f"a{n}=b" for n in range(5000))),
        "200",
    ),
    ("a query of percent signs", target("/gladia/health?" + "%" * 10_000), "200"),
    ("a query of plus signs", target("/gladia/health?" + "+" * 10_000), "200"),
    ("a path of 10,000 segments", target("/gladia" + "/a" * 10_000), "404 gladia"),
    ("a path of 10,000 slashes", target("/" * 10_000), "404 nobody"),
    ("a segment of 60,000 letters", target("/gladia/" + "a" * 60_000), "404 gladia"),
    ("a fragment alone", target("#a"), "400 plain, closed"),
    ("a query alone", target("?a=b"), "400 plain, closed"),
    ("a websocket's scheme", target("ws://a/gladia/health"), "400 plain, closed"),
    ("file:", target("file:///etc/passwd"), "400 plain, closed"),
    ("javascript:", target("javascript:alert(1)"), "400 plain, closed"),
    ("a port of zero", target("http://a:0/gladia/health"), "200"),
    ("a port of letters", target("http://a:b/gladia/health"), "400 plain, closed"),
    ("an empty port", target("http://a:/gladia/health"), "400 plain, closed"),
    ("a host with percent signs", target("http://%61/gladia/health"), "400 plain, closed"),
    ("asterisk with GET", target("*"), "404 nobody"),
    # More of bodies.
    ("a body of GET", GOOD + "Content-Length: 5\r\n\r\nhello" + GOOD + END, "200, 200"),
    (
        "chunks of GET",
        GOOD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + GOOD + END,
        "200, 200",
    ),
    ("a length of nothing", POST + "Content-Length:\r\n\r\n", "400 plain, closed"),
    ("a length in hexadecimal", POST + "Content-Length: 0x10\r\n\r\n" + ORDER, "400 plain, closed"),
    ("a length with a point", POST + "Content-Length: 1.0\r\n\r\nx", "400 plain, closed"),
    (
        "a length of a hundred digits",
        POST + f"Content-Length: {'9' * 100}\r\n\r\n",
        "400 plain, closed",
    ),
    (
        "a length with zeros before it",
        POST + f"Content-Length: 000{len(ORDER)}\r\n\r\n" + ORDER,
        "201",
    ),
    ("a length of two numbers", POST + "Content-Length: 1, 1\r\n\r\nx", "400 plain, closed"),
    ("the same length twice", POST + LENGTH + LENGTH + END + ORDER, "400 plain, closed"),
    (
        "a length that is too short",
        POST + "Content-Length: 5\r\n\r\n" + ORDER,
        "400 gladia, 400 plain, closed",
    ),
    ("no length and no chunks", POST + END + ORDER, "400 gladia, 400 plain, closed"),
    ("chunks in capitals", POST + CHUNKED.replace("chunked", "CHUNKED"), "201"),
    ("chunks twice", POST + CHUNKED.replace("chunked", "chunked, chunked"), "400 plain, closed"),
    (
        "chunks, then identity",
        POST + CHUNKED.replace("chunked", "chunked, identity"),
        "400 plain, closed",
    ),
    ("identity", POST + "Transfer-Encoding: identity\r\n\r\n" + ORDER, "400 plain, closed"),
    ("gzip, then chunks", POST + CHUNKED.replace("chunked", "gzip, chunked"), "501 plain, closed"),
    ("chunks in quotes", POST + CHUNKED.replace("chunked", '"chunked"'), "400 plain, closed"),
    (
        "chunks with a blank in the name",
        POST + CHUNKED.replace("Encoding:", "Encoding :"),
        "400 plain, closed",
    ),
    ("chunks of HTTP/1.0", (POST + CHUNKED).replace("HTTP/1.1", "HTTP/1.0"), "201, closed"),
    ("a chunk with an extension", POST + CHUNKED.replace("\r\n{", ";a=b\r\n{"), "201"),
    (
        "a chunk with a long extension",
        POST + CHUNKED.replace("\r\n{", f";a={'b' * 100_000}\r\n{{"),
        "201",
    ),
    (
        "a chunk whose size is negative",
        POST + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        "400 plain, closed",
    ),
    (
        "a chunk whose size begins with 0x",
        POST + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "400 plain, closed",
    ),
    (
        "a chunk whose size is beyond 64 bits",
        POST + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "400 plain, closed",
    ),
    (
        "a chunk that is longer than its size",
        POST + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
        "400 plain, closed",
    ),
    (
        "a chunk that ends with LF alone",
        POST + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\n0\r\n\r\n",
        "400 plain, closed",
    ),
    (
        "a size that ends with LF alone",
        POST + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
        "400 plain, closed",
    ),
    (
        "chunks of one byte",
        POST
        + "Transfer-Encoding: chunked\r\n\r\n"
        + "".join(f"1\r\n{one}\r\n" for one in ORDER)
        + "0\r\n\r\n",
        "201",
    ),
    (
        "100,000 chunks of one byte",
        POST + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\n \r\n" * 100_000 + "0\r\n\r\n",
        "400 gladia",
    ),
    ("a last chunk of many zeros", POST + CHUNKED.replace("\r\n0\r\n", "\r\n00000000\r\n"), "201"),
    ("trailers", POST + CHUNKED[:-2] + "X-A: b\r\n\r\n" + GOOD + END, "201, 200"),
    (
        "a trailer that is a length",
        POST + CHUNKED[:-2] + "Content-Length: 9\r\n\r\n" + GOOD + END,
        "400 plain, closed",
    ),
    ("trailers without end", POST + CHUNKED[:-2] + "X-A: b\r\n" * 60_000, "431 plain, closed"),
    (
        "half chunks, then another request",
        POST + "Transfer-Encoding: chunked\r\n\r\n" + GOOD + END,
        "400 plain, closed",
    ),
    (
        "a body that is another request",
        POST + f"Content-Length: {len(GOOD + END)}\r\n\r\n" + GOOD + END,
        "400 gladia",
    ),
]

CASES = cases("protocol", ROWS)
