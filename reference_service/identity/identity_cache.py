"""Identities that this process knows, each with the time at which PostgreSQL last confirmed it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum, auto

from reference_service.identity.identity import Identity


class Standing(Enum):
    """How far a remembered identity can be relied on."""

    FRESH = auto()
    STALE = auto()  # only while PostgreSQL is away
    UNKNOWN = auto()


class IdentityCache:
    """Bounded; the longest unused goes first. Lifetimes: the analysis, section 1.1, token validation."""

    def __init__(
        self,
        fresh_s: float,
        stale_s: float,
        bound: int,
        now_s: Callable[[], float],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fresh_s = fresh_s
        self._stale_s = stale_s
        self._bound = bound
        self._now_s = now_s
        self._now = now
        self._known: OrderedDict[bytes, tuple[Identity, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, key_hash: bytes) -> tuple[Identity | None, Standing]:
        """The identity behind a key's hash. An expired key is unknown, however lately it was confirmed."""
        entry = self._known.get(key_hash)
        if entry is None:
            return None, Standing.UNKNOWN
        identity, confirmed_s = entry
        age_s = self._now_s() - confirmed_s
        if age_s >= self._stale_s or (identity.expires_at is not None and identity.expires_at <= self._now()):
            return None, Standing.UNKNOWN
        self._known.move_to_end(key_hash)
        return identity, Standing.FRESH if age_s < self._fresh_s else Standing.STALE

    def confirm(self, identity: Identity) -> None:
        """PostgreSQL has just said that this identity is valid."""
        self._known[identity.key_hash] = (identity, self._now_s())
        self._known.move_to_end(identity.key_hash)
        if len(self._known) > self._bound:
            self._known.popitem(last=False)

    def confirm_latest(self, identities: Sequence[Identity]) -> None:
        """The latest valid ones of more than can be held. None takes the place of one that was asked for."""
        confirmed_s = self._now_s()
        for identity in identities:
            is_held = identity.key_hash in self._known
            if is_held or len(self._known) < self._bound:
                self._known[identity.key_hash] = (identity, confirmed_s)
            if not is_held and identity.key_hash in self._known:
                self._known.move_to_end(identity.key_hash, last=False)

    def forget(self, key_hash: bytes) -> None:
        """PostgreSQL has just said that this key is not valid."""
        self._known.pop(key_hash, None)

    def replace(self, identities: Sequence[Identity]) -> None:
        """All valid identities there are (a shorter list than the bound): what is not among them is gone."""
        confirmed_s = self._now_s()
        self._known = OrderedDict((i.key_hash, (i, confirmed_s)) for i in identities)
