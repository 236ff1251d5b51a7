"""What is left of Gladia's first API version beside its history."""

from typing import Any

import pytest

from emulator.providers.gladia import GLADIA
from tests.providers.gladia.cases import CALLED_BACK
from tests.support.clients import bench

CALLBACK = "/v1/callbacks/large-language-model"


def test_the_models_are_listed_without_a_key() -> None:
    b = bench(GLADIA, key=None)

    answer = b.http.get("/v1/models")

    (model,) = answer.json()["data"]
    assert answer.status_code == 200
    assert model.pop("description")
    assert model == {
        "id": "gladia/solaria-1",
        "name": "Gladia: Solaria 1",
        "created": 1730000000,
        "input_modalities": ["audio"],
        "output_modalities": ["text", "transcription"],
        "context_length": 0,
        "max_output_length": 0,
        "pricing": {"prompt": "0", "completion": "0", "request": "0.000055"},
        "supported_sampling_parameters": [],
        "supported_features": [],
        "is_ready": True,
        "datacenters": [{"country_code": "FR"}, {"country_code": "US"}],
    }


@pytest.mark.parametrize("data", [{}, {"a": 1}, [], [1]])
def test_a_language_models_answer_is_taken(data: Any) -> None:
    b = bench(GLADIA)

    answer = b.http.post(CALLBACK, json={**CALLED_BACK, "data": data})

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        (
            {},
            [
                "request_id must be a string",
                "customer_id must be a string",
                "status must be a string",
                "data must be an array or an object",
            ],
        ),
        (
            [],
            [
                "request_id must be a string",
                "customer_id must be a string",
                "status must be a string",
                "data must be an array or an object",
            ],
        ),
        (
            {**CALLED_BACK, "request_id": "61124279"},
            ["request_id must be an id of a request, such as G-61124279"],
        ),
        (
            {**CALLED_BACK, "customer_id": "c" * 101, "status": "s" * 101},
            [
                "customer_id must be shorter than or equal to 100 characters",
                "status must be shorter than or equal to 100 characters",
            ],
        ),
        ({**CALLED_BACK, "data": "text"}, ["data must be an array or an object"]),
        ({**CALLED_BACK, "more": 1}, ["property more should not exist"]),
    ],
)
def test_a_language_models_answer_is_checked(content: Any, errors: list[str]) -> None:
    b = bench(GLADIA)

    answer = b.http.post(CALLBACK, json=content)

    assert answer.status_code == 400
    assert answer.json()["validation_errors"] == errors


def test_a_body_that_is_no_object_is_refused_where_nothing_is_needed() -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/live", json=[])

    assert answer.json()["validation_errors"] == ["body must be an object"]
