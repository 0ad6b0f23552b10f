"""The secret that keys and refresh tokens are hashed with, and the one before it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peppers:
    """New hashes are made with `present`; what was hashed with `previous` is still found.

    No key is hashed anew, since nobody has it: retire a pepper when the keys made under it are replaced.
    """

    present: bytes
    previous: bytes = b""

    def __post_init__(self) -> None:
        """Raises ValueError without a present one: anybody could make such hashes."""
        if not self.present:
            raise ValueError("a pepper is required")

    def hash(self, text: bytes) -> bytes:
        """HMAC-SHA-256. What it is for has 160 random bits or more: slowness would only help attackers."""
        return hmac.digest(self.present, text, "sha256")

    def hashes(self, text: bytes) -> tuple[bytes, ...]:
        """Under each pepper that is believed, the present one first."""
        if not self.previous:
            return (self.hash(text),)
        return (self.hash(text), hmac.digest(self.previous, text, "sha256"))
