"""Refresh tokens: random, kept only as hashes, each good for one exchange.

There is no time of grace in which one could be used twice: whoever lost the answer to an exchange begins a
new session with the API key, and a thief gets no second chance.
"""

from __future__ import annotations

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

    @property
    def secret(self) -> bytes:
        """What is hashed: never the same as for an API key."""
        return b"refresh " + self.text.encode()


def new_refresh_token(tenant_id: str) -> RefreshToken:
    """A fresh one."""
    return RefreshToken(tenant_id, f"rt_{tenant_id}.{secrets.token_urlsafe(32)}")


def read_refresh_token(text: object) -> RefreshToken:
    """Raises UnknownKeyError for what can never have been one."""
    match = PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise UnknownKeyError
    return RefreshToken(match[1], match[0])
