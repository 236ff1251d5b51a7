"""A client of a running emulator's admin API, for programs with an event loop and without."""

from emulator.client.asynchronous import AsyncClient, AsyncTenant
from emulator.client.sync import Client, Tenant
from emulator.client.values import AdminError

__all__ = ["AdminError", "AsyncClient", "AsyncTenant", "Client", "Tenant"]
