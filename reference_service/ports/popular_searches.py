"""Searches that were popular lately, in the state Redis: all workers note theirs, new ones read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from reference_service.ports.redis_state import RedisState
from reference_service.resilience import Deadline

KEY = "popular-searches"
# By the server's clock, the latest last; the oldest beyond the bound go.
NOTE = """
local now = redis.call('TIME')[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[i]) end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[1] - 1)
redis.call('EXPIRE', KEYS[1], 86400)
"""
LATEST = "return redis.call('ZREVRANGE', KEYS[1], 0, ARGV[1] - 1)"


class PopularSearches:
    """At most `most` of them, each as it was written."""

    def __init__(self, state: RedisState, most: int) -> None:
        self._state = state
        self._most = most
        self._note = state.script(NOTE)
        self._latest = state.script(LATEST)

    async def note(self, written: Sequence[bytes], deadline: Deadline) -> None:
        """They are popular now. Raises DependencyUnavailableError."""
        if written:
            await self._state.run(self._note, (KEY,), (self._most, *written[: self._most]), deadline)

    async def latest(self, deadline: Deadline) -> list[bytes]:
        """The latest first. Raises DependencyUnavailableError."""
        found = await self._state.run(self._latest, (KEY,), (self._most,), deadline)
        return cast("list[bytes]", found)  # the client is made without decoding
