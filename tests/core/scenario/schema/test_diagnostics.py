from emulator.core.scenario.schema.diagnostics import (
    HELPED,
    MOST_PROBLEMS,
    Diagnostics,
    Place,
    ScenarioErrors,
    nearest_word,
    quote,
    sentence,
)


def test_problems_come_out_in_the_order_of_their_places_each_once() -> None:
    problems = Diagnostics("a.yaml")

    problems.add(Place(10, 1), "third")
    problems.add(Place(2, 9), "second", given="hapy", allowed=["happy", "slow"])
    problems.add(Place(2, 1), "first")
    problems.add(Place(2, 1), "first")

    assert problems.errors().problems == (
        "a.yaml:2:1: first",
        'a.yaml:2:9: second; did you mean "happy"; allowed: happy, slow',
        "a.yaml:10:1: third",
    )


def test_stopping_keeps_what_was_found_before() -> None:
    problems = Diagnostics("a.yaml")
    problems.add(Place(2, 1), "second")

    error = problems.fail(Place(1, 1), "first")

    assert str(error) == "a.yaml:1:1: first\na.yaml:2:1: second"


def test_a_flood_of_problems_comes_without_suggestions() -> None:
    problems = Diagnostics("a.yaml")

    for line in range(1, HELPED + 2):
        problems.add(Place(line, 1), "wrong", allowed=["right"])

    said = problems.errors().problems
    assert said[HELPED - 1] == f"a.yaml:{HELPED}:1: wrong; allowed: right"
    assert said[HELPED] == f"a.yaml:{HELPED + 1}:1: wrong"


def test_errors_are_told_a_line_each() -> None:
    assert str(ScenarioErrors(["a", "b"])) == "a\nb"


def test_a_sentence_says_as_much_as_there_is_to_say() -> None:
    assert sentence("wrong") == "wrong"
    assert sentence("wrong", allowed=["a", "b"], label="built in") == "wrong; built in: a, b"


def test_a_long_list_of_words_is_cut() -> None:
    said = sentence("wrong", allowed=[f"w{number}" for number in range(31)])

    assert said.endswith("w28, w29, ...")


def test_the_nearest_word_is_found_whatever_its_case_or_by_its_beginning() -> None:
    words = ("azure_speech", "OK", "completed")

    assert nearest_word("ok", words) == "OK"
    assert nearest_word("complete", words) == "completed"
    assert nearest_word("azure", words) == "azure_speech"
    assert nearest_word("az", words) == ""
    assert nearest_word("", words) == ""


def test_what_is_quoted_stays_on_one_line() -> None:
    assert quote('a "b"\n') == '"a \\"b\\"\\n"'
    assert quote("é" * 61) == f'"{"é" * 60}..."'


def test_of_very_many_problems_the_rest_is_counted() -> None:
    problems = Diagnostics("a.yaml")
    for line in range(1, 100_001):
        problems.add(Place(line, 1), "wrong")

    found = problems.errors().problems

    assert len(found) == MOST_PROBLEMS + 1
    assert found[-2:] == (f"a.yaml:{MOST_PROBLEMS}:1: wrong", "a.yaml: and 99,000 more")


def test_what_people_read_of_errors_is_a_line_each() -> None:
    errors = ScenarioErrors(["a\n.yaml:1:1: \x1b[2J", "second"])

    assert str(errors) == "a\\n.yaml:1:1: \\x1b[2J\nsecond"
