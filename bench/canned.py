"""The peers' own files, by which they give the payload's answers."""

import json
from pathlib import Path
from typing import Any

import yaml

from bench.payload import LIST, Payload

JSON_TYPE = "application/json"
DEFINITION = Path(__file__).parent / "peers" / "openapi.yaml"


def openapi(payload: Payload, port: int) -> dict[str, Any]:
    """The definition with the payload as examples; the port does not matter to it."""
    definition: dict[str, Any] = yaml.safe_load(DEFINITION.read_text())
    for method, path, status, body in payload.answers():
        template = "/v2/pre-recorded/{id}" if path == payload.job_path else path
        answer = definition["paths"][template][method.lower()]["responses"][str(status)]
        answer["content"][JSON_TYPE]["example"] = json.loads(body)
    return definition


def mockoon(payload: Payload, port: int) -> dict[str, Any]:
    routes = [
        {
            "uuid": f"route-{number}",
            "type": "http",
            "method": method.lower(),
            "endpoint": path.removeprefix("/"),
            "responses": [
                {
                    "uuid": f"answer-{number}",
                    "body": body.decode(),
                    "latency": 0,
                    "statusCode": status,
                    "label": "",
                    "headers": [{"key": "Content-Type", "value": JSON_TYPE}],
                    "bodyType": "INLINE",
                    "disableTemplating": True,
                    "default": True,
                }
            ],
        }
        for number, (method, path, status, body) in enumerate(payload.answers())
    ]
    return {
        "uuid": "bench",
        "lastMigration": 33,
        "name": "bench",
        "port": port,
        "hostname": "127.0.0.1",
        "routes": routes,
        "rootChildren": [{"type": "route", "uuid": route["uuid"]} for route in routes],
    }


def mountebank(payload: Payload, port: int) -> dict[str, Any]:
    stubs = [
        {
            "predicates": [{"equals": {"method": method, "path": path}}],
            "responses": [
                {
                    "is": {
                        "statusCode": status,
                        "headers": {"Content-Type": JSON_TYPE, "Connection": "keep-alive"},
                        "body": body.decode(),
                    }
                }
            ],
        }
        for method, path, status, body in payload.answers()
    ]
    return {"imposters": [{"port": port, "protocol": "http", "stubs": stubs}]}


def wiremock(payload: Payload, port: int) -> dict[str, Any]:
    mappings = [
        {
            "request": {"method": method, "urlPath": path},
            "response": {
                "status": status,
                "headers": {"Content-Type": JSON_TYPE},
                "body": body.decode(),
            },
        }
        for method, path, status, body in payload.answers()
    ]
    return {"mappings": mappings}


def bare(payload: Payload, port: int) -> dict[str, Any]:
    """For bench/bare.py."""
    return {
        "list": LIST,
        "job": payload.job.decode(),
        "page": payload.page.decode(),
        "created": payload.created.decode(),
    }
