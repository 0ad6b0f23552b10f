"""The cache Redis (allkeys-lru): answers of earlier requests."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import cast

from redis.asyncio import Redis

from reference_service.observability.spans import SpanName, span
from reference_service.ports.redis_batcher import MOST_BATCHES, RedisBatcher
from reference_service.ports.redis_script import RedisScript
from reference_service.resilience import Deadline, Guard

SET_IF_NEWER = files("reference_service.caching").joinpath("set_if_newer.lua").read_text()
MARK = files("reference_service.caching").joinpath("mark.lua").read_text()


class RedisCache:
    """Reads and writes are guarded apart: a full or read-only server still answers reads."""

    def __init__(self, client: Redis, reads: Guard, writes: Guard, limit_s: float) -> None:
        self._client = client
        self.reads = reads
        self.writes = writes
        self._limit_s = limit_s
        self._commands = RedisBatcher(client, MOST_BATCHES, 2 * limit_s)
        self._set_if_newer = RedisScript(self._commands, SET_IF_NEWER)
        self._mark = RedisScript(self._commands, MARK)

    async def get(self, keys: tuple[str, ...], deadline: Deadline) -> list[bytes | None]:
        """Their values, None for missing ones, with one command. Raises DependencyUnavailableError."""
        with span(SpanName.REDIS):
            values = await self.reads.call(lambda: self._commands.run("MGET", *keys), deadline, self._limit_s)
        return cast("list[bytes | None]", values)  # the client is made without decoding

    async def set(self, key: str, value: bytes, keep_s: float, deadline: Deadline) -> None:
        """Keeps a value. Raises DependencyUnavailableError."""
        await self.writes.call(
            lambda: self._commands.run("SET", key, value, "EX", int(keep_s)), deadline, self._limit_s
        )

    async def set_if_newer(self, key: str, value: bytes, keep_s: float, deadline: Deadline) -> None:
        """Keeps a value that begins with its version, unless one of a newer version is there already.

        Raises DependencyUnavailableError.
        """
        await self.writes.call(
            lambda: self._set_if_newer.run((key,), (value, int(keep_s))), deadline, self._limit_s
        )

    async def mark(self, key: str, at_ms: int, latest_ms: int, keep_s: float, deadline: Deadline) -> None:
        """Keeps the time as a mark, unless a later one is there already that is not beyond `latest_ms`.

        Raises DependencyUnavailableError, DeadlineExceededError.
        """
        arguments = (b"%020d" % at_ms, b"%020d" % latest_ms, int(keep_s))
        await self.writes.call(lambda: self._mark.run((key,), arguments), deadline, self._limit_s)

    async def warm(self) -> None:
        """Connects as often as will be needed at once: the first burst has no time for it."""
        await asyncio.gather(*(self._client.ping() for _ in range(MOST_BATCHES)))

    async def probe_read(self) -> None:
        """Raises unless a key can be read."""
        await self._commands.run("GET", "probe")

    async def probe_write(self) -> None:
        """Raises unless a key can be written."""
        await self._commands.run("SET", "probe", 1, "EX", 60)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose(close_connection_pool=True)
