import pytest

from emulator.core.contract.security import Credential, credentials
from emulator.core.http.messages import Pairs, Request
from tests.support.toy_provider import TOY


@pytest.mark.parametrize(
    ("headers", "query", "found"),
    [
        ({}, (), ()),
        ({"x-toy-key": "a"}, (), (Credential("HeaderKey", "a"),)),
        ({"x-toy-key": "  a "}, (), (Credential("HeaderKey", "a"),)),
        ({"x-toy-key": "\t a\t"}, (), (Credential("HeaderKey", "a"),)),
        ({"x-toy-key": "\xa0a\x85"}, (), (Credential("HeaderKey", "\xa0a\x85"),)),
        ({"x-toy-key": "\x1ca\x0b"}, (), (Credential("HeaderKey", "\x1ca\x0b"),)),
        ({"authorization": "Bearer \tb\xa0"}, (), (Credential("Bearer", "b\xa0"),)),
        ({"x-toy-key": " "}, (), ()),
        ({"x-toy-key": "ä"}, (), (Credential("HeaderKey", "ä"),)),
        ({"authorization": "Bearer b"}, (), (Credential("Bearer", "b"),)),
        ({"authorization": "bearer  b "}, (), (Credential("Bearer", "b"),)),
        ({"authorization": "BEARER b c"}, (), (Credential("Bearer", "b c"),)),
        ({"authorization": "Bearer"}, (), ()),
        ({"authorization": "Bearer "}, (), ()),
        ({"authorization": "Basic b"}, (), ()),
        ({"authorization": "b"}, (), ()),
        ({}, (("toy_key", "c"),), (Credential("QueryKey", "c"),)),
        ({}, (("toy_key", "c"), ("toy_key", "d")), (Credential("QueryKey", "d"),)),
        ({}, (("toy_key", ""),), ()),
        ({}, (("Toy_Key", "c"),), ()),
        (
            {"authorization": "Bearer b", "x-toy-key": "a"},
            (("toy_key", "c"),),
            (Credential("HeaderKey", "a"), Credential("Bearer", "b"), Credential("QueryKey", "c")),
        ),
    ],
)
def test_credentials_are_shown_in_the_order_of_the_schemes(
    headers: dict[str, str], query: Pairs, found: tuple[Credential, ...]
) -> None:
    request = Request("GET", "/", query, headers)

    assert credentials(TOY.contract.schemes, request) == found
