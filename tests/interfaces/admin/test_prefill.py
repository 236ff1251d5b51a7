"""Each page's operations answer to what the page fills in, without anything being changed."""

from collections.abc import Iterator

import httpx
import pytest

import emulator
from emulator.client import Client
from emulator.interfaces.testing.api import EmulatorSession
from tests.interfaces.admin.bench import bench
from tests.interfaces.admin.prefill import Spec, executable, followed, prefilled

KEY = "test-me"
HEADERS = {
    "aitronos": {"Authorization": f"Bearer {KEY}"},
    "azure_speech": {"Ocp-Apim-Subscription-Key": KEY},
    "gladia": {"x-gladia-key": KEY},
    "phrase_studio": {"X-API-Key": KEY},
    "admin": {},
}
SPECS: dict[str, Spec] = {
    name: bench().admin.get(f"/_emulator/specs/{name}").json() for name in HEADERS
}
OPERATIONS = [
    pytest.param(name, path, method, id=f"{name}-{operation['operationId']}")
    for name, spec in SPECS.items()
    for path, method, operation in executable(spec)
]
REFUSED = (400, 415, 422)  # the request is wrong in itself
GIVEN = ("key", "name")  # path parameters whose examples lead somewhere
# What can be read of the first job, once it has ended, with the ids that the pages fill in.
READ = {
    "aitronos": (
        *("get_transcription", "get_paragraphs", "get_sentences", "get_subtitles"),
        "search_transcript",
    ),
    "azure_speech": ("Transcriptions_Get", "Transcriptions_ListFiles", "Transcriptions_GetFile"),
    "gladia": (
        *("PreRecordedController_getPreRecordedJob_v2", "PreRecordedController_getAudio_v2"),
        *("TranscriptionController_getTranscript_v2", "TranscriptionController_getAudio_v2"),
    ),
    "phrase_studio": ("getProjectDetails", "getRecordingStatusUnified", "getRecordingOutput"),
}
CREATE = {
    "aitronos": "create_transcription",
    "azure_speech": "Transcriptions_Create",
    "gladia": "PreRecordedController_initPreRecordedJob_v2",
    "phrase_studio": "createProject",
}


@pytest.fixture(scope="module")
def speech() -> Iterator[EmulatorSession]:
    with emulator.run("happy") as running:
        yield running


def execute(speech: EmulatorSession, name: str, path: str, method: str) -> httpx.Response:
    """As Swagger UI does."""
    request = prefilled(SPECS[name], path, method)
    base = "_emulator" if name == "admin" else name.replace("_", "-")
    media_type = {"Content-Type": request.media_type} if request.media_type else {}
    return httpx.request(
        request.method,
        f"{speech.url}/{base}{request.path}",
        params=request.params,
        content=request.content,
        files=request.parts,
        headers=HEADERS[name] | media_type,
        follow_redirects=True,
        timeout=60,
    )


def fresh_tenant(client: Client) -> None:
    client.open(key=KEY, scenario="happy")


@pytest.mark.parametrize(("name", "path", "method"), OPERATIONS)
def test_an_operation_takes_what_its_page_fills_in(
    speech: EmulatorSession, name: str, path: str, method: str
) -> None:
    operation = SPECS[name]["paths"][path][method]
    with Client(speech.url) as client:
        fresh_tenant(client)

    response = execute(speech, name, path, method)

    documented = operation["responses"]
    assert {str(response.status_code), f"{response.status_code // 100}XX"} & documented.keys() or (
        response.status_code < 500 and "default" in documented
    )
    assert response.status_code not in REFUSED, response.text
    if not ids(SPECS[name], path, method):
        assert response.is_success, response.text


def ids(spec: Spec, path: str, method: str) -> list[str]:
    """The parameters that name something which a client has to make first."""
    item = spec["paths"][path]
    all_of_them = (*item.get("parameters", ()), *item[method].get("parameters", ()))
    places = (followed(spec, one) for one in all_of_them)
    return [
        place["name"] for place in places if place["in"] == "path" and place["name"] not in GIVEN
    ]


@pytest.mark.parametrize("name", CREATE)
def test_the_ids_that_a_page_fills_in_are_those_of_the_first_job(
    speech: EmulatorSession, name: str
) -> None:
    places = {one["operationId"]: (path, method) for path, method, one in executable(SPECS[name])}
    with Client(speech.url) as client:
        fresh_tenant(client)
        assert execute(speech, name, *places[CREATE[name]]).is_success
        client.tenant(KEY).clock.advance("1h")

    statuses = {id: execute(speech, name, *places[id]).status_code for id in READ[name]}

    assert statuses == dict.fromkeys(READ[name], 200)
