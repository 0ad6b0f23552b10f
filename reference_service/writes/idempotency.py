"""Idempotency-Key: a write that is sent again is answered as it was the first time, for a day.

While PostgreSQL is away only what was accepted since is known: a write of before is then made again, with the
ids and the content that it had, and a newer version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from reference_service.errors import InvalidInputError

HEADER = "Idempotency-Key"
LONGEST = 255


class KeyReusedError(Exception):
    """The key was used before, for something else."""

    def __init__(self) -> None:
        super().__init__(f"this {HEADER} was used for another request; a new request needs a new key")


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The client's key, and what tells the request that it was first used for from all others."""

    key: str
    fingerprint: bytes


def read_idempotency(key: str | None, method: str, path: str, body: bytes) -> Idempotency | None:
    """None without a key. Raises InvalidInputError for one that cannot be kept."""
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise InvalidInputError(HEADER, f"1 to {LONGEST} printable ASCII characters are required")
    digest = hashlib.sha256(f"{method} {path}\n".encode() + body).digest()
    return Idempotency(key, digest)
