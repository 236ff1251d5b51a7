"""Which tenant a request belongs to, and whether its key is good."""

from collections.abc import Callable, Mapping

from emulator.core.contract import Operation
from emulator.core.contract.security import Credential, credentials
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.http.messages import Request
from emulator.core.http.problems import (
    BadLink,
    ExpiredKey,
    Forbidden,
    NoKey,
    OutOfQuota,
    Problem,
    RevokedKey,
    UnknownKey,
)
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import KeyState

KeyProblems = Mapping[KeyState, Callable[[Credential], Problem]]
KEY_PROBLEMS: KeyProblems = {
    KeyState.EXPIRED: lambda shown: ExpiredKey(shown.scheme),
    KeyState.REVOKED: lambda shown: RevokedKey(shown.scheme),
}
ACCOUNT_PROBLEMS: KeyProblems = {
    KeyState.FORBIDDEN: lambda _: Forbidden(),
    KeyState.OUT_OF_QUOTA: lambda _: OutOfQuota(),
}


def tenant_of(provider: Provider, request: Request, tenants: Tenants) -> Tenant | None:
    """Whose key the request shows, whatever the operation; None: nobody's."""
    schemes = provider.contract.schemes
    for shown in request.cached("shown", lambda: credentials(schemes, request)):
        tenant = tenants.tenant_behind(shown.key)
        if tenant:
            return tenant
    return None


def authenticate(
    operation: Operation,
    request: Request,
    in_path: Mapping[str, str],
    tenants: Tenants,
    known: Tenant,
) -> Tenant:
    """The tenant whose key, or whose signed link, the request carries.

    Where no key is asked for, it is the one that is ``known`` all the same.
    """
    if operation.tenant_parameter:
        tenant = tenants.tenant_of_account(in_path[operation.tenant_parameter])
        if tenant is None:
            raise BadLink(expired=False, path=request.path)
        return tenant
    if not operation.security:
        return known
    given = request.cached("given", lambda: credentials(operation.schemes, request))
    if not given and () in operation.security:
        return known
    if not given:
        raise NoKey
    for shown in given:
        tenant = tenants.tenant_of_key(shown.key)
        if tenant:
            refuse_key(KEY_PROBLEMS, tenant, shown)
            return tenant
    raise UnknownKey(given[0].scheme)


def refuse_key(problems: KeyProblems, tenant: Tenant, shown: Credential) -> None:
    if tenant.key_state is not KeyState.OK and tenant.key_state in problems:
        raise problems[tenant.key_state](shown)


def authorize(provider: Provider, operation: Operation, tenant: Tenant) -> None:
    """Raise what a good key is refused for; asked last, as a service that authorizes late would."""
    if tenant.key_state is KeyState.OK or not operation.security:
        return
    costs_nothing = provider.spends and operation.id not in provider.spends
    if tenant.key_state is not KeyState.OUT_OF_QUOTA or not costs_nothing:
        refuse_key(ACCOUNT_PROBLEMS, tenant, Credential("", tenant.key))
