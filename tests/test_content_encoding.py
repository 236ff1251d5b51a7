"""Bodies with a content encoding, in each provider's words."""

import pytest

from emulator.core.contract import Operation
from emulator.core.provider.provider import Provider
from emulator.providers import PROVIDERS
from tests.support.clients import bench

TAKING_BODIES = [
    pytest.param(provider, operation, id=f"{provider.name}-{operation.id}")
    for provider in PROVIDERS
    for operation in provider.contract.operations.values()
    if operation.bodies and operation.id in provider.operations
]


@pytest.mark.parametrize(("provider", "operation"), TAKING_BODIES)
def test_a_body_with_a_content_encoding_is_415_as_documented(
    provider: Provider, operation: Operation
) -> None:
    b = bench(provider)
    headers = {"Content-Type": next(iter(operation.bodies)), "Content-Encoding": "gzip"}

    answer = b.http.request(operation.method, operation.path, headers=headers, content=b"{}")

    assert answer.status_code == 415
    assert answer.headers["X-Emulator-Reason"] == (
        'a body with a content encoding is not decoded here: it is "gzip"; send the body without it'
    )
    assert [one.violations for one in b.tenant.journal] == [()]
