"""The house rules that a machine can check."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "emulator"
FILES = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
# A floor imports itself and the floors before it.
FLOORS = ["core", "providers", "application", "faces", "interfaces"]
CORE = [  # each imports itself and earlier ones
    "core/http/bodies.py",
    "core/http/messages.py",
    "core/http/multipart.py",
    "core/http/problems.py",
    "core/http/problem_texts.py",
    "core/base/clock.py",
    "core/base/deferral.py",
    "core/base/keyed_locks.py",
    "core/base/ids.py",
    "core/base/events.py",
    "core/http/signed_urls.py",
    "core/base/resources.py",
    "core/state/jobs.py",
    "core/speech/transcripts.py",
    "core/base/escaping.py",
    "core/speech/vocabulary.py",
    "core/speech/languages.py",
    "core/speech/generator.py",
    "core/speech/library.py",
    "core/speech/captions.py",
    "core/speech/media.py",
    "core/provider/conversation.py",
    "core/state/index.py",
    "core/state/lazy_records.py",
    "core/state/store.py",
    "core/http/pagination.py",
    "core/http/conditional.py",
    "core/base/byte_budget.py",
    "core/state/response_cache.py",
    "core/base/globs.py",
    "core/faults/model.py",
    "core/faults/engine.py",
    "core/webhooks/model.py",
    "core/webhooks/outbox.py",
    "core/webhooks/inbox.py",
    "core/faults/limits.py",
    "core/scenario/",
    "core/journal/exchange.py",
    "core/journal/retention.py",
    "core/journal/journal.py",
    "core/journal/request_observer.py",
    "core/journal/redaction.py",
    "core/contract/",
    "core/provider/backend.py",
    "core/provider/provider.py",
    "core/provider/existing_records.py",
    "core/engine/scripted_answers.py",
    "core/engine/tenant.py",
    "core/provider/keys.py",
    "core/engine/tenants.py",
    "core/provider/nearest.py",
    "core/engine/refusals.py",
    "core/engine/snapshot.py",
    "core/engine/scenario_export.py",
    "core/inspection/verification.py",
    "core/inspection/har.py",
    "core/inspection/coverage.py",
    "core/inspection/explain.py",
    "core/engine/finishing.py",
    "core/engine/authentication.py",
    "core/engine/validation.py",
    "core/engine/fault_injection.py",
    "core/engine/answer.py",
    "core/engine/websocket_session.py",
]
BORROWED = {  # the only homes of what we did not write
    "starlette": ("faces/", "interfaces/"),
    "uvicorn": ("faces/", "interfaces/"),
    "uvloop": ("faces/", "interfaces/"),
    "h11": ("interfaces/webhooks/http_client.py",),
    "httpx": (),  # a user's own; transport.py serves it without importing it
    "httpx2": ("interfaces/cli/main.py", "interfaces/testing/remote_server.py", "client/"),
    "trustme": ("faces/", "interfaces/"),
    "pytest": ("faces/", "interfaces/"),
    "openapi_core": ("core/contract/",),
    "jsonschema_path": ("core/contract/",),
    "jsonschema_rs": ("core/contract/",),
    "werkzeug": ("core/contract/",),
    "python_multipart": ("core/http/multipart.py",),
    "yaml": ("core/contract/", "core/scenario/"),
    "orjson": ("core/http/messages.py",),
    "faker": ("core/speech/vocabulary.py",),
    "tinytag": ("core/speech/media.py",),
    "sortedcontainers": ("core/state/index.py",),
}
LATE = {
    "ctypes",  # of the trimming of memory
    "faker",
    "h11",
    "httpx2",
    "jsonschema_path",
    "openapi_core",
    "sortedcontainers",
    "ssl",  # of the probe that asks over http, as most do
    "starlette",
    "tinytag",
    "trustme",
    "uvicorn",  # of which only the websockets come late
    "uvloop",
    "werkzeug",
    "yaml",
}
LATE_ROOMS = {  # whose own rooms come late, too
    "__main__.py",  # they come without the garbage collector
    "core/scenario/loader.py",  # a server without a scenario does without YAML
    "interfaces/admin/operations/tenants.py",
    "interfaces/webhooks/own_inboxes.py",  # most webhooks go elsewhere
    "interfaces/cli/main.py",  # serve must not wait for the client that other commands are
    "interfaces/serving/asgi_app.py",  # nor for the admin API
    "interfaces/testing/remote_server.py",  # only a scenario that is a value is written as YAML
    "interfaces/testing/settings.py",  # a marker without a scenario does without the words of all providers
    "interfaces/testing/pytest_plugin.py",  # every run of every project that has it installed loads it
}
ROOMS = {"__init__", "operations", "records", "render", "errors", "existing"}
MORE_ROOMS = {  # what one API has and the others have not
    "aitronos": {"requests", "results", "plans"},
    "azure_speech": {
        *("requests", "filters", "reach", "blobs", "results", "durations", "locales", "plans"),
    },
    "gladia": {
        *("requests", "filters", "wording", "entities", "presets", "addons", "webhooks"),
        *("bounds", "first_version"),
        *("uploads", "files", "accounts", "sound", "tape", "hearing"),
        *(
            "live",
            "live_existing",
            "live_messages",
            "live_operations",
            "live_requests",
            "live_score",
        ),
        *("live_socket", "live_webhooks", "live_words"),
    },
    "phrase_studio": {"requests", "uploads"},
}
MOST_LINES = 400
MOST_FUNCTION_LINES = 40


def imports(tree: ast.AST) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """Each import with the parts of its dotted name: ("emulator", "core", "jobs"), ("yaml",)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module, "write imports in full"
            assert not node.level, "write imports in full"
            for alias in node.names:
                yield node, (*node.module.split("."), alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield node, tuple(alias.name.split("."))


def path_of(inner: Sequence[str]) -> str:
    """The file of an imported module, or of a name in one."""
    paths = ("/".join(inner[:end]) for end in range(len(inner), 0, -1))
    return next(
        file for path in paths for file in (f"{path}.py", f"{path}/__init__.py") if file in FILES
    )


def room(name: str) -> str:
    """The entry of CORE that a file belongs to, or its own name."""
    return next((entry for entry in CORE if name.startswith(entry)), name)


def tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text())


@pytest.mark.parametrize("name", FILES)
def test_imports_point_down(name: str) -> None:
    floor, *rest = name.removesuffix(".py").split("/")

    for _, (top, *inner) in imports(tree(name)):
        if top in BORROWED:
            assert name.startswith(BORROWED[top]), f"{name} imports {top}"
        if top != "emulator" or floor not in FLOORS or inner[0] not in FLOORS:
            continue
        assert FLOORS.index(inner[0]) <= FLOORS.index(floor), f"{name} imports {inner}"
        if floor == inner[0] == "core" and room(name) in CORE:
            assert CORE.index(room(path_of(inner))) <= CORE.index(room(name)), (
                f"{name} imports {inner}"
            )
        if floor == inner[0] == "providers" and len(rest) > 1:
            assert inner[1] == rest[0], f"{name} imports another provider: {inner}"


@pytest.mark.parametrize("name", FILES)
def test_only_what_is_heavy_is_imported_late(name: str) -> None:
    allowed = LATE | ({"emulator"} if name in LATE_ROOMS else set())
    functions = [
        node
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    late = {parts[0] for function in functions for _, parts in imports(function)}

    assert late <= allowed


@pytest.mark.parametrize("name", FILES)
def test_time_chance_and_waiting_have_one_home(name: str) -> None:
    source = FILES[name].read_text()

    if name != "core/base/clock.py":
        assert not any(
            word in source for word in ("datetime.now", "utcnow", "time.time(", "time.sleep(")
        )
    if name != "core/base/ids.py":
        assert not any(word in source for word in ("import random", "uuid4", "import secrets"))
    if not name.startswith(("faces/", "interfaces/", "client/")):
        assert "async def" not in source


@pytest.mark.parametrize("name", FILES)
def test_files_and_functions_fit_the_eye(name: str) -> None:
    lines = FILES[name].read_text().splitlines()
    long = [
        node.name
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES
    ]

    assert len(lines) <= MOST_LINES
    assert long == []


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_is(name: str) -> None:
    assert ast.get_docstring(tree(name))


def test_the_list_of_core_rooms_is_complete() -> None:
    files = {name for name in FILES if name.startswith("core/") and "__init__" not in name}

    assert {room(name) for name in files} <= set(CORE)


@pytest.mark.parametrize("provider", MORE_ROOMS)
def test_every_provider_has_the_same_rooms(provider: str) -> None:
    rooms = {path.stem for path in (ROOT / "providers" / provider).glob("*.py")}

    assert rooms >= ROOMS
    assert rooms <= ROOMS | MORE_ROOMS[provider]


def test_every_provider_is_guarded() -> None:
    folders = {path.name for path in (ROOT / "providers").iterdir() if path.is_dir()}

    assert folders - {"__pycache__"} == set(MORE_ROOMS)
