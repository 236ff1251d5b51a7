"""TLS with a throw-away authority."""

import ssl
from contextlib import AbstractContextManager

import pytest

from emulator.interfaces.serving import tls


def test_the_authority_is_a_file_that_clients_can_trust() -> None:
    with tls.throwaway_certificate(("localhost", "127.0.0.1", "api.gladia.io")) as (
        context,
        authority,
    ):
        assert isinstance(context, ssl.SSLContext)
        assert authority.read_text().startswith("-----BEGIN CERTIFICATE-----")
        assert ssl.create_default_context(cafile=str(authority)).get_ca_certs()

    assert not authority.parent.exists()


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("api.gladia.io", "api.gladia.io"),
        ("*.api.cognitive.microsoft.com", "*.api.cognitive.microsoft.com"),
        ("spsvcprod*.blob.core.windows.net", "*.blob.core.windows.net"),
    ],
)
def test_a_glob_is_a_name_with_a_star(glob: str, name: str) -> None:
    assert tls.certificate_name(glob) == name


def test_the_extra_is_named_where_it_is_missing() -> None:
    with pytest.raises(
        tls.NoTls, match=r"--tls needs an extra: pip install 'speech-emulator\[tls\]'"
    ):
        tls.throwaway_certificate(("localhost",), find=lambda name: None).__enter__()


def test_a_read_only_file_system_is_said() -> None:
    def nowhere(prefix: str) -> AbstractContextManager[str]:
        raise FileNotFoundError("No usable temporary directory found")

    with pytest.raises(tls.NoTls, match="--tls finds no place for its certificate: No usable"):
        tls.throwaway_certificate(("localhost",), make_folder=nowhere).__enter__()
