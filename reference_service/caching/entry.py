"""How a kept answer looks in the cache: version, time, body."""

from __future__ import annotations

from dataclasses import dataclass

VERSION_DIGITS = 20
TIME_DIGITS = 15
HEAD = VERSION_DIGITS + TIME_DIGITS
CLOCKS_DIFFER_MS = 5000
"""At most, among workers on machines that keep time; a clock that jumped has been further off."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`stored_ms` is the storing worker's wall clock; an empty body says that there is nothing."""

    version: int
    stored_ms: int
    body: bytes

    def age_s(self, now_ms: int) -> float:
        """Its age, never negative though workers' clocks differ."""
        return max(0.0, (now_ms - self.stored_ms) / 1000)

    def is_ahead(self, now_ms: int) -> bool:
        """It was stored by a clock that has been set back since: nobody can say how old it is."""
        return self.stored_ms - now_ms > CLOCKS_DIFFER_MS


def encode(entry: Entry) -> bytes:
    """The entry as bytes, version first, so that a script can compare it."""
    return b"%020d%015d%b" % (entry.version, entry.stored_ms, entry.body)


def decode(value: bytes) -> Entry | None:
    """The entry, None for bytes that no service of this kind wrote."""
    head = value[:HEAD]
    if len(head) < HEAD or not head.isdigit():
        return None
    return Entry(int(head[:VERSION_DIGITS]), int(head[VERSION_DIGITS:]), value[HEAD:])
