"""Signed links: URLs that are their own credential, until their time is over."""

import hmac
from base64 import b64encode
from datetime import datetime
from hashlib import sha256

from emulator.core.http.problems import BadLink


def sign(secret: str, *parts: str) -> str:
    """Base64 HMAC-SHA256 over the parts, joined by newlines; 44 characters."""
    message = "\n".join(parts).encode()
    return b64encode(hmac.digest(secret.encode(), message, sha256)).decode()


def verify(given: str, secret: str, *parts: str, expires_at: datetime, now: datetime) -> None:
    """Raise BadLink unless ``given`` signs the parts and ``expires_at`` is still to come."""
    path = parts[0]
    if not hmac.compare_digest(given.encode(), sign(secret, *parts).encode()):
        raise BadLink(expired=False, path=path)
    if now >= expires_at:
        raise BadLink(expired=True, path=path)
