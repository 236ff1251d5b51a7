from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.http import signed_urls
from emulator.core.http.problems import BadLink

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = T0 + timedelta(seconds=1)


def test_a_signature_is_base64_hmac_over_the_lines() -> None:
    signed = signed_urls.sign("secret", "/a", "b")

    assert signed == "M1UoK1i6ZD8ncLfayeFb+Ye0aldJLb/UGGNtM+OO3zg="


def test_a_good_link_is_good_until_its_time_is_over() -> None:
    signed = signed_urls.sign("secret", "/a", "b")

    signed_urls.verify(signed, "secret", "/a", "b", expires_at=LATER, now=T0)
    with pytest.raises(BadLink) as caught:
        signed_urls.verify(signed, "secret", "/a", "b", expires_at=LATER, now=LATER)

    assert vars(caught.value) == {"expired": True, "path": "/a"}


def test_an_altered_link_is_bad_whether_or_not_it_is_over() -> None:
    with pytest.raises(BadLink) as caught:
        signed_urls.verify("ä" * 44, "secret", "/a", expires_at=T0, now=LATER)

    assert vars(caught.value) == {"expired": False, "path": "/a"}


@given(st.text("ab\n", max_size=3), st.text("ab\n", max_size=3), st.text("st", max_size=2))
def test_another_path_or_secret_has_another_signature(path: str, other: str, secret: str) -> None:
    same = (path, secret) == (other, "s")

    assert (signed_urls.sign(secret, path) == signed_urls.sign("s", other)) == same
