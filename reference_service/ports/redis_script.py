"""A Lua script that is sent by its digest, and whole only when the server has forgotten it."""

from __future__ import annotations

import hashlib

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


class RedisScript:
    """One command per call; a restarted server costs one more, once."""

    def __init__(self, client: Redis, source: str) -> None:
        self._client = client
        self._source = source
        self._digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def run(self, keys: tuple[str, ...], arguments: tuple[str | int | bytes, ...]) -> object:
        """What the script returns."""
        try:
            return await self._client.evalsha(self._digest, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self._client.eval(self._source, len(keys), *keys, *arguments)
