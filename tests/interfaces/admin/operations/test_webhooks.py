"""A tenant's webhooks, over the admin API."""

import pytest

from emulator.core.webhooks.model import Attempt
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.waiting import wait_for_deliveries
from tests.interfaces.admin.bench import HERE, Bench, bench, refusal

HOOK = "http://127.0.0.1:9/hook"


def told() -> tuple[Bench, str]:
    """A job is done, of which an address is told; nobody has sent anything yet."""
    here = bench(
        f"webhooks: [{{provider: gladia, url: '{HOOK}', events: [transcription.success]}}]\n"
    )
    here.emulator.webhook_sender = None  # what is due stays due
    id = here.job()
    here.ask("POST", "/clock", json={"advance": "3s"})
    return here, id


def outbox_settles(here: Bench) -> None:
    """One attempt at what is due, which is answered with 500."""
    tenant = here.emulator.tenants.tenant_of_key("test-ann")
    assert tenant is not None
    now = tenant.clock.now()
    (due,) = tenant.outbox.due(now)
    tenant.outbox.record_attempt(due.id, Attempt(now, 500, duration_ms=7))


def test_deliveries_are_listed_with_their_attempts() -> None:
    here, job = told()
    outbox_settles(here)

    status, content = here.ask("GET", "/webhooks")

    (delivery,) = content["deliveries"]
    assert status == 200
    assert content["hooks"] == [
        {"provider": "gladia", "url": HOOK, "events": ["transcription.success"]}
    ]
    assert (delivery["job"], delivery["event"]) == (job, "transcription.success")
    assert (delivery["method"], delivery["url"], delivery["state"]) == ("POST", HOOK, "waiting")
    assert delivery["attempts"] == [
        {
            "at": "2026-01-05T09:00:03.000Z",
            "status": 500,
            "error": None,
            "duration_ms": 7,
            "refused": False,
        }
    ]
    assert (delivery["number"], delivery["contract_violations"]) == (1, [])
    assert delivery["retry_seconds"][:2] == [5.0, 300.0]
    assert delivery["message_headers"]["Content-Type"] == "application/json"
    assert job in delivery["body"]["text"]


def test_a_tenant_that_began_afresh_announces_its_new_jobs() -> None:
    here, _ = told()
    here.ask("POST", "/reset")

    job = here.job()
    here.ask("POST", "/clock", json={"advance": "3s"})
    outbox_settles(here)

    assert [one["job"] for one in here.ask("GET", "/webhooks")[1]["deliveries"]] == [job]


def test_deliveries_are_waited_for() -> None:
    here, _ = told()
    tenant = here.emulator.tenants.tenant_of_key("test-ann")
    assert tenant is not None
    waiting = wait_for_deliveries(AdminContext(here.emulator), tenant, 60.0)
    seen: list[bool] = []
    stop = waiting.listen(lambda: seen.append(waiting.is_over()))

    late = here.ask("GET", "/webhooks?wait=1ms")[1]["idle"]
    here.ask("POST", "/clock", json={"advance": "1ms"})
    outbox_settles(here)
    here.ask("POST", "/clock", json={"advance": "1ms"})
    stop()
    at_once = here.ask("GET", "/webhooks?wait=60s")[1]["idle"]

    assert (late, seen, at_once) == (False, [False, True], True)


@pytest.mark.parametrize(
    ("wait", "code"),
    [("soon", "bad_duration"), ("-1s", "bad_duration"), ("61s", "wait_too_long"), ("0s", None)],
)
def test_a_wait_that_is_none_is_refused(wait: str, code: str | None) -> None:
    status, content = bench().ask("GET", f"/webhooks?wait={wait}")

    assert (status, content.get("error", {}).get("code")) == (422 if code else 200, code)


def test_a_delivery_is_sent_again() -> None:
    here, _ = told()
    outbox_settles(here)
    first = here.ask("GET", "/webhooks")[1]["deliveries"][0]

    status, again = here.ask("POST", f"/webhooks/{first['id']}/send-again")

    assert (status, again["message_id"]) == (202, first["message_id"])
    assert again["id"] != first["id"]
    assert len(here.ask("GET", "/webhooks")[1]["deliveries"]) == 2


def test_an_unknown_delivery_is_not_found() -> None:
    response = bench().admin.post(f"{HERE}/webhooks/x/send-again")

    assert refusal(response) == (404, "unknown_delivery", "the tenant has no delivery x")


def test_one_more_address_is_told() -> None:
    here = bench()

    status, content = here.ask("POST", "/webhooks", json={"provider": "gladia", "url": HOOK})

    assert (status, content) == (201, {"provider": "gladia", "url": HOOK, "events": []})
    assert here.ask("GET", "/webhooks")[1]["hooks"] == [content]


def test_a_wrong_webhook_is_refused() -> None:
    here = bench()

    response = here.admin.post(f"{HERE}/webhooks", json={"provider": "gladi", "url": HOOK})

    assert refusal(response)[:2] == (422, "bad_webhook")
    assert 'did you mean "gladia"' in refusal(response)[2]
    assert here.ask("GET", "/webhooks")[1] == {"idle": True, "hooks": [], "deliveries": []}


def test_what_has_ended_is_forgotten() -> None:
    here, _ = told()
    tenant = here.emulator.tenants.tenant_of_key("test-ann")
    assert tenant is not None
    (due,) = tenant.outbox.due(tenant.clock.now())
    tenant.outbox.record_attempt(due.id, Attempt(tenant.clock.now(), 200))

    cleared = here.ask("DELETE", "/webhooks")

    assert cleared == (204, None)
    assert here.ask("GET", "/webhooks")[1]["deliveries"] == []
