"""What is left of the first API version beside its history: the models, a callback."""

from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.provider.backend import Backend

# Seen in the service in 2026: the members, their order and all values but the description, whose
# text is ours.
MODELS: Json = {
    "data": [
        {
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
            "description": "Transcribes speech in about a hundred languages.",
            "is_ready": True,
            "datacenters": [{"country_code": "FR"}, {"country_code": "US"}],
        }
    ]
}


def models_controller_list_v1(request: Request, backend: Backend) -> Response:
    """Seen in the service: without a key."""
    return json_response(200, MODELS)


def receive_large_language_model_callback(request: Request, backend: Backend) -> Response:
    """Documentation: 204. It is the service that takes the answer; no job of a client changes."""
    return Response(204)
