"""Definitions with this server in them, and the pages that show them."""

from collections.abc import Collection, Mapping
from html import escape
from string import Template
from urllib.parse import quote

from emulator.application.addressing import PREFIX
from emulator.core.base.resources import PACKAGE
from emulator.core.contract import Contract
from emulator.core.contract.openapi import Spec
from emulator.core.http.conditional import etag
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.interfaces.admin.context import AdminContext

WEB = PACKAGE / "web"
FILES = {  # what the pages are made of; nothing else is served
    "docs.css": (WEB / "docs.css", "text/css; charset=utf-8"),
    "docs.js": (WEB / "docs.js", "text/javascript; charset=utf-8"),
    "theme.js": (WEB / "theme.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": (WEB / "swagger" / "swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (
        WEB / "swagger" / "swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
    ),
    "LICENSE": (WEB / "swagger" / "LICENSE", "text/plain; charset=utf-8"),
    "favicon.png": (WEB / "swagger" / "favicon-32x32.png", "image/png"),
}
ADMIN = "admin"
TEST_KEY = "test-me"  # what the pages fill in
NOT_EMULATED = "The emulator does not have this operation; `X-Emulator-Reason` says so"
# A page can load nothing from elsewhere, and no page from elsewhere can show it in a frame.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


def get_definition(request: Request, desk: AdminContext) -> Response:
    name = request.text("name").replace("-", "_")
    contract = definitions(desk)[check_name(name, desk)]
    servers: Json = [{"url": base_address(name, request)}]
    spec = {key: value for key, value in contract.spec.items() if not key.startswith("x-")}
    reasons = {
        id: why for provider in desk.emulator.providers for id, why in provider.not_emulated.items()
    }
    paths: Json = {path: with_marks(item, reasons) for path, item in spec["paths"].items()}
    return json_response(200, {**spec, "paths": paths, "servers": servers})


def with_marks(item: Spec, reasons: Mapping[str, str]) -> Spec:
    """A path's operations, with a word on those that are answered with 501."""
    return {
        name: not_emulated(one, reasons[one["operationId"]])
        if isinstance(one, dict) and one.get("operationId") in reasons
        else one
        for name, one in item.items()
    }


def not_emulated(operation: Spec, reason: str) -> Spec:
    """The operation as its page shows it."""
    said = f"**Not emulated**, the answer is 501: {reason}."
    return {
        **operation,
        "summary": f"Not emulated: {operation.get('summary', operation['operationId'])}",
        "description": "\n\n".join(filter(None, [said, operation.get("description")])),
        "responses": {**operation["responses"], "501": {"description": NOT_EMULATED}},
    }


def show_start(request: Request, desk: AdminContext) -> Response:
    return Response(307, headers={"Location": f"{request.base_url}{PREFIX}/docs"})


def show_docs(request: Request, desk: AdminContext) -> Response:
    later = {id for provider in desk.emulator.providers for id in provider.not_emulated}
    items = "\n".join(
        index_entry(name, one, later, request)
        for name, one in sorted(definitions(desk).items(), key=last_admin)
    )
    return render_page("index.html", {"items": items}, request)


def show_definition(request: Request, desk: AdminContext) -> Response:
    name = check_name(request.text("name").replace("-", "_"), desk)
    contract = definitions(desk)[name]
    given = {
        "title": contract.spec["info"]["title"],
        "spec": f"{request.base_url}{PREFIX}/specs/{name}",
        "scheme": contract.schemes[0].name,
        "key": "" if name == ADMIN else TEST_KEY,
    }
    texts = {key: escape(value) for key, value in given.items()}
    return render_page("definition.html", texts, request)


def get_file(request: Request, desk: AdminContext) -> Response:
    name = request.text("name")
    if name not in FILES:
        raise Refused("unknown_file", {"name": name})
    path, media_type = FILES[name]
    content = path.read_bytes()
    return Response(200, content, {"Content-Type": media_type, "ETag": etag(content)})


def definitions(desk: AdminContext) -> dict[str, Contract]:
    providers = {provider.name: provider.contract for provider in desk.emulator.providers}
    return {**providers, ADMIN: desk.contract}


def check_name(name: str, desk: AdminContext) -> str:
    """Raises Refused."""
    names = definitions(desk)
    if name not in names:
        raise Refused("unknown_definition", {"name": name, "known": ", ".join(sorted(names))})
    return name


def last_admin(named: tuple[str, Contract]) -> tuple[bool, str]:
    return named[0] == ADMIN, named[0]


def base_address(name: str, request: Request) -> str:
    """Where the operations of a definition are, on the client's own way in."""
    place = PREFIX if name == ADMIN else f"/{quote(name.replace('_', '-'))}"
    return request.base_url + place


def index_entry(name: str, contract: Contract, later: Collection[str], request: Request) -> str:
    """One entry of the first page; ``later``: what is not emulated."""
    title, count = contract.spec["info"]["title"], len(contract.operations)
    answering = sum(operation not in later for operation in contract.operations)
    counted = f"{count}" if answering == count else f"{answering} of {count}"
    link = f"{request.base_url}{PREFIX}/docs/{name}"
    where = escape(base_address(name, request))
    return (
        f'<li><a href="{escape(link)}">{escape(title)}</a>'
        f"<span>{counted} operations at <code>{where}</code></span></li>"
    )


def render_page(name: str, texts: dict[str, str], request: Request) -> Response:
    template = Template((WEB / name).read_text(encoding="utf-8"))
    base = escape(request.base_url + PREFIX)
    html = template.substitute(texts, base=base, test_key=TEST_KEY)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(200, html.encode(), headers)
