"""Keys that PostgreSQL did not know a moment ago: a flood of one wrong key is one query."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable


class UnknownKeys:
    """Holds at most `bound` hashes, each for `keep_s`; a key that is made meanwhile waits as long at most."""

    def __init__(self, keep_s: float, bound: int, now_s: Callable[[], float]) -> None:
        self._keep_s = keep_s
        self._bound = bound
        self._now_s = now_s
        self._until_s: OrderedDict[bytes, float] = OrderedDict()

    def __contains__(self, key_hash: bytes) -> bool:
        return self._now_s() < self._until_s.get(key_hash, 0.0)

    def add(self, key_hash: bytes) -> None:
        """PostgreSQL has just said that it knows no such key."""
        self._until_s[key_hash] = self._now_s() + self._keep_s
        self._until_s.move_to_end(key_hash)
        if len(self._until_s) > self._bound:
            self._until_s.popitem(last=False)
