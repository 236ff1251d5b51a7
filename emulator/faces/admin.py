"""/_emulator/...: whether the emulator is there, and who it is.

The whole prefix is reserved: an unknown path below it is a JSON 404, never a provider's.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from emulator import __version__
from emulator.application import Emulator

PREFIX = "/_emulator"


def routes(emulator: Emulator) -> Mount:
    async def live(request: Request) -> JSONResponse:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> JSONResponse:
        # Whatever is seeded is seeded before the socket is bound: who can ask finds it ready.
        return JSONResponse({"status": "ready"})

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "tenants": len(emulator.tenants)})

    async def version(request: Request) -> JSONResponse:
        providers = [one.name for one in emulator.providers]
        return JSONResponse({"version": __version__, "providers": providers})

    async def unknown(request: Request) -> JSONResponse:
        content = {"error": f"{PREFIX} has no {request.url.path}", "paths": paths}
        return JSONResponse(content, status_code=404)

    known = [
        Route("/live", live),
        Route("/ready", ready),
        Route("/health", health),
        Route("/version", version),
    ]
    paths = [PREFIX + route.path for route in known]
    anything = Route("/{path:path}", unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return Mount(PREFIX, routes=[*known, anything])
