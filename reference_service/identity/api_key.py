"""API keys: how they look. They are kept as hashes only (peppers.py)."""

from __future__ import annotations

import base64
import hmac
import secrets

PREFIX = "sk_"


def new_api_key() -> str:
    """A fresh random key (160 bits)."""
    return PREFIX + base64.b32encode(secrets.token_bytes(20)).decode().lower()


def derived_api_key(pepper: bytes, seed: int, tenant_id: str) -> str:
    """The key that seeding gives a tenant: the same for the same seed, for stacks of one machine only."""
    digest = hmac.digest(pepper, f"seeded key {seed} {tenant_id}".encode(), "sha256")
    return PREFIX + base64.b32encode(digest[:20]).decode().lower()
