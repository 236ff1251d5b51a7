"""The house rules that a machine can check."""

import ast
from collections.abc import Iterator, Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "emulator"
FILES = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
# From the ground up. A package imports itself, and packages of lower lines; those of one line do
# not know each other.
FLOORS = [
    ["core/base/", "client/"],
    ["core/http/"],
    ["core/contract/", "core/scenario/schema/", "core/speech/"],
    ["core/state/"],
    ["core/faults/", "core/webhooks/"],
    ["core/scenario/"],
    ["core/journal/"],
    ["core/provider/"],
    [
        "core/engine/",
        "providers/aitronos/",
        "providers/azure_speech/",
        "providers/gladia/",
        "providers/phrase_studio/",
    ],
    ["core/inspection/", "providers/"],
    ["application/"],
    ["interfaces/control/", "interfaces/transports/"],
    ["interfaces/admin/"],
    ["interfaces/webhooks/"],
    ["interfaces/serving/"],
    ["interfaces/testing/"],
    ["interfaces/cli/"],
    ["__init__.py", "__main__.py"],
]
LEVELS = {package: level for level, floor in enumerate(FLOORS) for package in floor}
BORROWED = {  # the only homes of what we did not write
    "starlette": ("interfaces/",),
    "uvicorn": ("interfaces/",),
    "uvloop": ("interfaces/",),
    "h11": ("interfaces/webhooks/http_client.py",),
    "httpx": (),  # a user's own; transport.py serves it without importing it
    "httpx2": ("interfaces/cli/main.py", "interfaces/testing/remote_server.py", "client/"),
    "trustme": ("interfaces/",),
    "pytest": ("interfaces/",),
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
    "interfaces/testing/settings.py",  # a marker without a scenario does without all words
    "interfaces/testing/pytest_plugin.py",  # every run where it is installed loads it
}
ROOMS = {"__init__", "operations", "records", "render", "errors", "existing"}
MORE_ROOMS = {  # what one API has and the others have not
    "aitronos": {"requests", "results", "planning"},
    "azure_speech": {
        *("requests", "filters", "filter_ranges", "blobs", "results", "durations", "locales"),
        "planning",
    },
    "gladia": {
        *("requests", "filters", "transcript", "entities", "presets", "addons", "webhooks"),
        *("bounds", "v1", "uploads", "audio_files", "concurrency", "pcm", "recognition"),
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
    paths = ["/".join(inner[:end]) for end in range(len(inner), 0, -1)]
    files = [file for path in paths for file in (f"{path}.py", f"{path}/__init__.py")]
    return next(file for file in files if file in FILES)


def package_of(name: str) -> str | None:
    """The longest entry of FLOORS that a file is in; None for a docstring above packages."""
    return max((entry for entry in LEVELS if name.startswith(entry)), key=len, default=None)


def own_imports(name: str) -> set[str]:
    """The files of ours that a file imports when it is loaded, but for the sake of types."""
    for_types = {
        inner
        for node in ast.walk(tree(name))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    return {
        path_of(inner or ["__init__"])
        for node, (top, *inner) in imports(tree(name))
        if top == "emulator" and node not in for_types
    }


def tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text())


@pytest.mark.parametrize("name", FILES)
def test_imports_point_down(name: str) -> None:
    package = package_of(name)

    for imported in own_imports(name):
        other = package_of(imported)
        assert package, f"{name} is on no floor"
        assert other, f"{imported} is on no floor"
        assert other == package or LEVELS[other] < LEVELS[package], f"{name} imports {imported}"


@pytest.mark.parametrize("name", FILES)
def test_what_is_borrowed_has_one_home(name: str) -> None:
    for _, (top, *_rest) in imports(tree(name)):
        if top in BORROWED:
            assert name.startswith(BORROWED[top]), f"{name} imports {top}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {name: own_imports(name) - {name, "__init__.py"} for name in FILES}

    assert list(TopologicalSorter(graph).static_order())


def test_a_package_says_what_it_may_import() -> None:
    packages = [package for package in LEVELS if package.endswith("/") and "core/" in package]

    for package in packages:
        said = ast.get_docstring(tree(f"{package}__init__.py")) or ""
        assert "import" in said or package == "core/contract/", package


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
    if not name.startswith(("interfaces/", "client/")):
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


@pytest.mark.parametrize("provider", MORE_ROOMS)
def test_every_provider_has_the_same_rooms(provider: str) -> None:
    rooms = {path.stem for path in (ROOT / "providers" / provider).glob("*.py")}

    assert rooms >= ROOMS
    assert rooms <= ROOMS | MORE_ROOMS[provider]


def test_every_provider_is_guarded() -> None:
    folders = {path.name for path in (ROOT / "providers").iterdir() if path.is_dir()}

    assert folders - {"__pycache__"} == set(MORE_ROOMS)
