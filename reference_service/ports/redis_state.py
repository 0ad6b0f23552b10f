"""The state Redis (noeviction): the rate limits' windows, and locks."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import cast

from redis.asyncio import Redis

from reference_service.ports.redis_batcher import MOST_BATCHES, Argument, RedisBatcher
from reference_service.ports.redis_script import RedisScript
from reference_service.resilience import Deadline, Guard

LENGTHS = "local n = {} for i, key in ipairs(KEYS) do n[i] = redis.call('LLEN', key) end return n"
SLIDING_WINDOW = files("reference_service.limits").joinpath("sliding_window.lua").read_text()


class RedisState:
    """One command a request; every command counts as a write."""

    def __init__(self, client: Redis, guard: Guard, limit_s: float) -> None:
        self._client = client
        self.guard = guard
        self._limit_s = limit_s
        self._commands = RedisBatcher(client, MOST_BATCHES, 2 * limit_s)
        self._sliding_window = self.script(SLIDING_WINDOW)

    async def count_request(
        self, key: str, capacity: int, window_s: float, deadline: Deadline
    ) -> tuple[bool, int, float]:
        """Whether one more may pass, how many more may, seconds until the oldest leaves the window.

        Raises DependencyUnavailableError.
        """
        arguments = (capacity, int(window_s * 1_000_000))
        result = await self.run(self._sliding_window, (key,), arguments, deadline)
        allowed, remaining, reset_us = cast("list[int]", result)  # the script's own three integers
        return bool(allowed), remaining, reset_us / 1_000_000

    def script(self, source: str) -> RedisScript:
        """A script that runs on this server."""
        return RedisScript(self._commands, source)

    async def run(
        self, script: RedisScript, keys: tuple[str, ...], arguments: tuple[Argument, ...], deadline: Deadline
    ) -> object:
        """What the script returns. Raises DependencyUnavailableError."""
        return await self.guard.call(lambda: script.run(keys, arguments), deadline, self._limit_s)

    async def lengths(self, keys: tuple[str, ...], deadline: Deadline) -> list[int]:
        """Entries of each list. Raises DependencyUnavailableError."""
        script = self.script(LENGTHS)
        return cast("list[int]", await self.run(script, keys, (), deadline))

    async def warm(self) -> None:
        """Connects as often as will be needed at once: the first burst has no time for it."""
        await asyncio.gather(*(self._client.ping() for _ in range(MOST_BATCHES)))

    async def probe(self) -> None:
        """Raises unless a key can be written."""
        await self._commands.run("SET", "probe", 1, "EX", 60)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose(close_connection_pool=True)
