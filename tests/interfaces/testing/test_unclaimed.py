"""The requests that belong to no tenant, as a tenant that was open meanwhile sees them."""

import httpx
import pytest

from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.testing.api import (
    EmulatorSession,
    NoExchange,
    build_emulator,
    open_session,
    unmatched_requests,
)

PATH = "/v2/pre-recorded"
URL = "http://127.0.0.1:4788"


def opened() -> tuple[EmulatorSession, httpx.Client]:
    speech = open_session(build_emulator(), URL, "a")
    return speech, httpx.Client(transport=Transport(speech.emulator), base_url=speech.gladia.url)


def paths(speech: EmulatorSession) -> list[str]:
    return [one.request.path for one in speech.unclaimed]


def test_what_came_before_the_tenant_was_opened_is_none_of_it() -> None:
    early, http = opened()
    http.get("/v2/early")
    late = open_session(early.emulator, URL, "b")

    http.get("/v2/late")
    http.get(PATH, headers={"x-gladia-key": late.key})

    assert (paths(early), paths(late)) == (["/v2/early", "/v2/late"], ["/v2/late"])


def test_the_wrong_key_of_a_tenant_is_its_own() -> None:
    speech, http = opened()

    http.get(PATH, headers={"x-gladia-key": speech.gladia.wrong_key})

    assert paths(speech) == []
    assert [one.refused for one in speech.journal] == ["UnknownKey"]


def test_what_came_with_other_good_keys_is_counted() -> None:
    speech, http = opened()
    for key in ("test-me", "test-you", speech.key, "nobody"):
        http.get(PATH, headers={"x-gladia-key": key})

    assert unmatched_requests(speech) == 2


def test_of_a_tenant_that_began_afresh_nobody_else_is_counted() -> None:
    speech, http = opened()
    http.get(PATH, headers={"x-gladia-key": speech.key})

    speech.emulator.tenants.reset(speech.tenant)

    assert unmatched_requests(speech) == 0


def test_a_journal_that_began_afresh_is_read_from_its_start() -> None:
    speech, http = opened()
    http.get("/v2/before")

    speech.emulator.tenants.reset(speech.emulator.tenants.default)
    http.get("/v2/after")

    assert paths(speech) == ["/v2/after"]


def test_a_request_without_a_key_is_explained_when_there_is_no_other() -> None:
    speech, http = opened()
    http.get(PATH)

    said = str(speech.explain())

    assert said.startswith("GET /v2/pre-recorded (gladia) -> 401 NoKey\n")
    assert "Gladia v2 reads it from the header x-gladia-key" in said


def test_a_request_without_a_key_is_explained_by_its_id() -> None:
    speech, http = opened()
    id = http.get(PATH).headers["X-Emulator-Request-Id"]
    http.get(PATH, headers={"x-gladia-key": speech.key})

    assert (speech.explain(id).exchange.refused, speech.explain().exchange.refused) == (
        "NoKey",
        None,
    )
    with pytest.raises(NoExchange):
        speech.explain("x")
