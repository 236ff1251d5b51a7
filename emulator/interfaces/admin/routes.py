"""The table of operations: operationId -> the function of that name."""

from collections.abc import Callable, Mapping

from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Refused
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.operations import (
    clock,
    documents,
    faults,
    inboxes,
    jobs,
    journal,
    server,
    tenants,
    webhooks,
)

AdminOperation = Callable[[Request, AdminContext], Response]


def listen_to_events(request: Request, desk: AdminContext) -> Response:
    """The head of an answer without an end; ``events`` sends the rest."""
    if desk.access.in_process:
        raise Refused("no_socket")
    return Response(200, b"", {"Content-Type": "text/event-stream; charset=utf-8"})


OPERATIONS: Mapping[str, AdminOperation] = {
    "live": server.live,
    "ready": server.ready,
    "health": server.health,
    "version": server.version,
    "listen_to_events": listen_to_events,
    "list_tenants": tenants.list_tenants,
    "open_tenant": tenants.open_tenant,
    "get_tenant": tenants.get_tenant,
    "close_tenant": tenants.close_tenant,
    "replace_scenario": tenants.replace_scenario,
    "reset_tenant": tenants.reset_tenant,
    "export_tenant": tenants.export_tenant,
    "get_clock": clock.get_clock,
    "move_clock": clock.move_clock,
    "list_jobs": jobs.list_jobs,
    "get_job": jobs.get_job,
    "change_job": jobs.change_job,
    "list_exchanges": journal.list_exchanges,
    "empty_journal": journal.empty_journal,
    "get_exchange": journal.get_exchange,
    "explain_exchange": journal.explain_exchange,
    "verify_exchanges": journal.verify_exchanges,
    "get_coverage": journal.get_coverage,
    "get_coverage_of_all": journal.get_coverage,
    "list_faults": faults.list_faults,
    "add_faults": faults.add_faults,
    "clear_faults": faults.clear_faults,
    "remove_fault": faults.remove_fault,
    "list_deliveries": webhooks.list_deliveries,
    "add_webhook": webhooks.add_webhook,
    "clear_deliveries": webhooks.clear_deliveries,
    "send_delivery_again": webhooks.send_delivery_again,
    "read_inbox": inboxes.read_inbox,
    "empty_inbox": inboxes.empty_inbox,
    "receive_by_post": inboxes.receive,
    "receive_by_put": inboxes.receive,
    "receive_by_patch": inboxes.receive,
    "list_scenarios": server.list_scenarios,
    "get_scenario": server.get_scenario,
    "get_schema": server.get_schema,
    "get_definition": documents.get_definition,
    "show_start": documents.show_start,
    "show_docs": documents.show_docs,
    "show_definition": documents.show_definition,
    "get_file": documents.get_file,
}
# Whoever sends webhooks is no client of this API: their addresses may carry anything.
ACCEPTING_ANYTHING = frozenset({"receive_by_post", "receive_by_put", "receive_by_patch"})
# They read what may be megabytes, need no tenant, or take long; what they change, they change with
# the lock.
UNLOCKED = frozenset(
    {
        "open_tenant",
        "get_tenant",
        "replace_scenario",
        "reset_tenant",
        "export_tenant",
        "list_jobs",
        "add_faults",
        "add_webhook",
        "list_scenarios",
        "get_scenario",
        "get_schema",
        "get_definition",
        "show_docs",
        "show_definition",
        "get_file",
    }
)
# What takes long where a tenant has many jobs, and needs the lock only for moments of that.
LONG_RUNNING = frozenset(
    {"open_tenant", "get_tenant", "replace_scenario", "reset_tenant", "export_tenant", "list_jobs"}
)
