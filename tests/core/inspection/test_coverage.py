from collections import Counter

from msgspec.structs import replace

from emulator.core.http.messages import parse_json
from emulator.core.inspection.coverage import FORMATS, Coverage, measure_coverage
from emulator.core.journal.exchange import StatusCounts
from emulator.core.provider.provider import Provider
from tests.support.toy_provider import TOY, ask, toy_tenants


def small(name: str = "toy_notes", title: str = "Toy") -> Provider:
    """The toy with two operations that are emulated, and one that is not."""
    kept = {id: TOY.contract.operations[id] for id in ("deleteNote", "getHealth", "doLater")}
    contract = replace(TOY.contract, operations=kept)
    operations = {id: TOY.operations[id] for id in ("deleteNote", "getHealth")}
    return replace(TOY, name=name, title=title, contract=contract, operations=operations)


def met(**often: int) -> StatusCounts:
    """``deleteNote_204=2``"""
    counted: StatusCounts = Counter()
    for name, number in often.items():
        operation, _, status = name.rpartition("_")
        counted["toy_notes", operation, int(status)] = number
    return counted


def of(**often: int) -> Coverage:
    return measure_coverage(met(**often), (small(), small("other", "Other")))


SOME = {"deleteNote_204": 2, "deleteNote_404": 1, "deleteNote_403": 1, "getHealth_0": 1, "_404": 3}


def test_a_journal_counts_what_is_met() -> None:
    tenants = toy_tenants()
    tenant = tenants.open("test-toy")

    ask("GET", "/v1/health", tenants)
    ask("GET", "/v1/health", tenants)
    ask("GET", "/nowhere", tenants)

    assert tenant.journal.status_counts == {
        ("toy_notes", "getHealth", 200): 2,
        ("toy_notes", "", 404): 1,
    }


def test_each_status_is_counted_as_it_is_documented() -> None:
    found = of(**SOME).apis[0]

    assert [
        (operation.operation.id, dict(operation.status_counts), dict(operation.undocumented))
        for operation in found.operations
    ] == [
        ("deleteNote", {"204": 2, "default": 2}, {}),
        ("getHealth", {"200": 0, "304": 0}, {0: 1}),
    ]
    assert (found.met, found.documented, found.called, found.unmatched) == (2, 4, 2, 3)


def test_a_connection_that_broke_is_no_documented_answer() -> None:
    broken = of(deleteNote_0=1).apis[0].operations[0]

    assert broken.status_counts == {"204": 0, "default": 0}
    assert broken.undocumented == {0: 1}


def test_an_api_that_is_not_used_does_not_count() -> None:
    assert of(**SOME).percent == 50.0
    assert [one.provider.name for one in of(**SOME).used] == ["toy_notes"]


def test_nothing_asked_is_nothing_covered() -> None:
    assert of().percent == 0.0
    assert str(of()) == (
        "not used, and not counted: Toy, Other\nclient coverage: 0 % of the documented answers"
    )


def test_what_is_not_emulated_does_not_count() -> None:
    assert of(doLater_501=1).percent == 0.0


def test_the_table_is_for_a_terminal() -> None:
    assert str(of(**SOME)) == (
        "Toy: 2 of 4 answers (50 %), 2 of 2 operations\n"
        "  DELETE /v1/notes/{noteIdentifier} (deleteNote)\n"
        "      204 x2, default x2\n"
        "  GET /v1/health (getHealth)\n"
        "      0 x1 (undocumented); never 200, 304\n"
        "  requests that no operation was found for: 3\n"
        "not used, and not counted: Other\n"
        "client coverage: 50 % of the documented answers"
    )


def test_the_table_names_what_was_never_called() -> None:
    counted = met(getHealth_200=1)
    counted["", "", 404] = 2

    assert FORMATS["table"](measure_coverage(counted, (small(),))) == (
        "Toy: 1 of 4 answers (25 %), 1 of 2 operations\n"
        "  DELETE /v1/notes/{noteIdentifier} (deleteNote)\n"
        "      never called; it answers 204, default\n"
        "  GET /v1/health (getHealth)\n"
        "      200 x1; never 304\n"
        "requests for none of the APIs: 2\n"
        "client coverage: 25 % of the documented answers"
    )


def test_markdown_is_for_a_page() -> None:
    assert FORMATS["markdown"](of(**SOME)) == (
        "## Client coverage: 50 %\n"
        "\n"
        "### Toy: 2 of 4 answers (50 %), 2 of 2 operations\n"
        "\n"
        "| operation | met | never met |\n"
        "|---|---|---|\n"
        "| `DELETE /v1/notes/{noteIdentifier}` | 204 ×2, default ×2 | - |\n"
        "| `GET /v1/health` | 0 ×1 (undocumented) | 200, 304 |\n"
        "\n"
        "Requests that no operation was found for: 3\n"
        "\n"
        "Not used, and not counted: Other."
    )


def test_markdown_tells_of_requests_for_nobody() -> None:
    counted = met(getHealth_200=1)
    counted["", "", 404] = 2

    assert FORMATS["markdown"](measure_coverage(counted, (small(),))).splitlines()[-3:] == [
        "| `GET /v1/health` | 200 ×1 | 304 |",
        "",
        "Requests for none of the APIs: 2.",
    ]


def test_json_is_for_programs() -> None:
    said = FORMATS["json"](measure_coverage(met(**SOME), (small(),)))

    assert parse_json(said.encode()) == {
        "percent": 50.0,
        "strays": 0,
        "counts": [
            ["toy_notes", "deleteNote", 204, 2],
            ["toy_notes", "deleteNote", 404, 1],
            ["toy_notes", "deleteNote", 403, 1],
            ["toy_notes", "getHealth", 0, 1],
            ["toy_notes", "", 404, 3],
        ],
        "providers": {
            "toy_notes": {
                "used": True,
                "percent": 50.0,
                "met": 2,
                "documented": 4,
                "operations_called": 2,
                "strays": 3,
                "operations": {
                    "deleteNote": {
                        "method": "DELETE",
                        "path": "/v1/notes/{noteIdentifier}",
                        "answers": {"204": 2, "default": 2},
                        "undocumented": {},
                    },
                    "getHealth": {
                        "method": "GET",
                        "path": "/v1/health",
                        "answers": {"200": 0, "304": 0},
                        "undocumented": {"0": 1},
                    },
                },
            }
        },
    }
