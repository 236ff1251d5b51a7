"""TLS with a throw-away certificate authority."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory


class NoTls(Exception):
    """The library that makes certificates is not installed."""


def certificate_name(glob: str) -> str:
    """A certificate's name for the hosts that a glob is for: a star stands for one whole label."""
    first, _, rest = glob.partition(".")
    return f"*.{rest}" if "*" in first else glob


@contextmanager
def throwaway_certificate(
    names: tuple[str, ...],
    *,
    find: Callable[[str], object] = find_spec,
    make_folder: Callable[..., AbstractContextManager[str]] = TemporaryDirectory,
) -> Iterator[tuple[ssl.SSLContext, Path]]:
    """A server's context for those names, and the file with the authority's certificate (PEM).

    The file is there until the end. Raises NoTls where the extra ``tls`` is not installed, or no
    folder can be written to.
    """
    if find("trustme") is None:
        raise NoTls("--tls needs an extra: pip install 'speech-emulator[tls]'")
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    try:
        folder = make_folder(prefix="speech-emulator-")
    except OSError as error:
        raise NoTls(f"--tls finds no place for its certificate: {error}") from None
    with folder as name:
        path = Path(name) / "ca.pem"
        authority.cert_pem.write_to_path(str(path))
        yield context, path
