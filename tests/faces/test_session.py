"""What the session's server says of a test."""

from datetime import UTC, datetime

from emulator.core.journal import Exchange
from emulator.core.messages import Request, Response
from emulator.core.problems import Breach
from emulator.faces.session import complaints


def exchange(*, refused: str | None = None, breaches: tuple[Breach, ...] = ()) -> Exchange:
    return Exchange(
        provider="gladia",
        request=Request("GET", "/v2/live"),
        response=Response(200),
        at=datetime(2026, 1, 5, tzinfo=UTC),
        breaches=breaches,
        refused=refused,
    )


def test_a_good_exchange_is_nothing_to_complain_of() -> None:
    assert list(complaints(exchange(), strict=True)) == []


def test_a_refusal_that_is_part_of_the_api_is_none_either() -> None:
    assert list(complaints(exchange(refused="Invalid"), strict=True)) == []


def test_a_wrong_method_is_the_clients_mistake() -> None:
    said = list(complaints(exchange(refused="WrongMethod"), strict=True))

    assert said == ["the client asked for GET /v2/live, which gladia does not have"]


def test_a_wrong_method_is_left_alone_when_asked() -> None:
    assert list(complaints(exchange(refused="WrongMethod"), strict=False)) == []


def test_an_answer_that_leaves_the_contract_is_our_bug_however_strict() -> None:
    breach = Breach("body", ("items",), "type", message="3 is not of type 'array'")

    said = list(complaints(exchange(breaches=(breach,)), strict=False))

    assert said == [
        "a bug of the emulator's: its answer 200 to GET /v2/live leaves the contract: "
        "body items: 3 is not of type 'array'"
    ]
