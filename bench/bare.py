"""A bare Starlette on uvicorn that answers constant bytes: PORT FILE."""

import json
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

JSON_TYPE = "application/json"


def application(given: dict[str, str]) -> Starlette:
    job, page, created = (given[name].encode() for name in ("job", "page", "created"))

    async def get(request: Request) -> Response:
        return Response(job, media_type=JSON_TYPE)

    async def listing(request: Request) -> Response:
        return Response(page, media_type=JSON_TYPE)

    async def create(request: Request) -> Response:
        await request.body()
        return Response(created, 201, media_type=JSON_TYPE)

    path = given["list"]
    return Starlette(
        routes=[
            Route(path + "/{id}", get),
            Route(path, listing),
            Route(path, create, methods=["POST"]),
        ]
    )


def main() -> None:
    port, file = sys.argv[1:]
    app = application(json.loads(Path(file).read_text()))
    uvicorn.run(
        app,
        port=int(port),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
