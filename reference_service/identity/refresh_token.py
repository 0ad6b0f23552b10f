"""Refresh tokens: random, kept only as hashes, each good for one exchange."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

from reference_service.errors import UnknownKeyError

PATTERN = re.compile(r"rt_([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """It names its tenant, so that it can be looked for under that tenant's policies."""

    tenant_id: str
    text: str

    def hash(self, pepper: bytes) -> bytes:
        """HMAC-SHA-256, as for API keys: it has 256 random bits."""
        return hmac.digest(pepper, b"refresh " + self.text.encode(), "sha256")


def new_refresh_token(tenant_id: str) -> RefreshToken:
    """A fresh one."""
    return RefreshToken(tenant_id, f"rt_{tenant_id}.{secrets.token_urlsafe(32)}")


def read_refresh_token(text: object) -> RefreshToken:
    """Raises UnknownKeyError for what can never have been one."""
    match = PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise UnknownKeyError
    return RefreshToken(match[1], match[0])
