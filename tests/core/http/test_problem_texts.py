import pytest

from emulator.core.http.problem_texts import (
    MOST_REASON_CHARS,
    PROBLEM_TEXTS,
    describe,
    join_sentence,
)
from emulator.core.http.problems import (
    MOST_VIOLATIONS,
    PROBLEMS,
    BadLink,
    Broken,
    Invalid,
    Malformed,
    NoKey,
    NotEmulated,
    NotFound,
    Problem,
    Refused,
    Scripted,
    TooManyRequests,
    Unavailable,
    UnsupportedContentEncoding,
    Violation,
    WrongContentType,
    WrongMethod,
    WrongState,
)

VIOLATIONS = (
    Violation("query", ("limit",), "maximum", message="101 is too much"),
    Violation("body", ("a", 0), "type", message="1 is no text"),
)


def test_every_kind_of_problem_has_a_meaning() -> None:
    assert set(PROBLEM_TEXTS) == set(PROBLEMS)


def test_what_was_not_refused_has_no_reason() -> None:
    assert describe(None) == ()


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (NoKey(), ("no key",)),
        (
            Invalid(VIOLATIONS),
            (
                "the request does not keep to the documentation",
                "query limit: 101 is too much",
                "body a.0: 1 is no text",
            ),
        ),
        (
            Refused("max_files", {"most": 10}),
            ("a refusal that this API alone has", "max_files, most 10"),
        ),
        (
            Refused("filter", {"messages": ("a is wrong", "b is wrong")}),
            ("a refusal that this API alone has", "filter, messages a is wrong; b is wrong"),
        ),
        (Broken(("a", "b")), ("the service failed", "a", "b")),
        (
            TooManyRequests(2.5),
            ("the key asks more often than it may", "asked to come again after 2.5 s"),
        ),
        (
            TooManyRequests(2.0, "its rate is 1 in 60 s"),
            (
                "the key asks more often than it may",
                "its rate is 1 in 60 s",
                "asked to come again after 2 s",
            ),
        ),
        (Unavailable(), ("the service cannot serve now",)),
        (Unavailable(1.0), ("the service cannot serve now", "asked to come again after 1 s")),
        (Unavailable(None, ("no room",)), ("the service cannot serve now", "no room")),
        (Scripted(507), ("a fault asks for this status",)),
        (NotFound("LiveJob", "x"), ("what the request names is not there", "live job x")),
        (NotFound("", ""), ("what the request names is not there",)),
        (
            WrongState("Job", "x", "queued"),
            ("what the request names is in a phase that does not allow this", "job x is queued"),
        ),
        (
            WrongMethod("PUT", "/a", ("GET", "POST")),
            ("the path is documented, this method of it is not", "/a has GET, POST"),
        ),
        (
            WrongContentType("text/plain", ("application/json",)),
            (
                "the operation takes no body of this content type",
                'it is "text/plain"; allowed: application/json',
            ),
        ),
        (
            UnsupportedContentEncoding("gzip"),
            (
                "a body with a content encoding is not decoded here",
                'it is "gzip"; send the body without it',
            ),
        ),
        (
            Malformed("a bracket is missing", b"["),
            ("the body cannot be read as what it says it is", "a bracket is missing"),
        ),
        (
            NotEmulated("doLater", "There is no need yet."),
            ("the operation is documented, and not emulated", "There is no need yet."),
        ),
        (BadLink(expired=True), ("the signed address is not good", "its time is over")),
        (
            BadLink(expired=False),
            ("the signed address is not good", "it was altered, or is of another server"),
        ),
    ],
)
def test_a_problem_is_said_in_sentences(problem: Problem, said: tuple[str, ...]) -> None:
    assert describe(problem) == said


@pytest.mark.parametrize(
    ("why", "said"),
    [((), ""), (("a",), "a"), (("a", "b"), "a: b"), (("a", "b", "c"), "a: b; c")],
)
def test_reasons_make_one_sentence(why: tuple[str, ...], said: str) -> None:
    assert join_sentence(why) == said


def test_the_reasons_of_one_refusal_are_few_and_short() -> None:
    said = describe(Broken(tuple(str(i) * MOST_REASON_CHARS for i in range(1000))))

    assert len(said) == 1 + MOST_VIOLATIONS
    assert max(map(len, said)) == MOST_REASON_CHARS + len("...")
