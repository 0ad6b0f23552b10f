"""A Lua script that is sent by its digest, and whole only when the server has forgotten it."""

from __future__ import annotations

import hashlib

from redis.exceptions import NoScriptError

from reference_service.ports.redis_batcher import Argument, RedisBatcher


class RedisScript:
    """One command per call; a restarted server costs one more, once."""

    def __init__(self, commands: RedisBatcher, source: str) -> None:
        self._commands = commands
        self._source = source
        self._digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def run(self, keys: tuple[str, ...], arguments: tuple[Argument, ...]) -> object:
        """What the script returns."""
        try:
            return await self._commands.run("EVALSHA", self._digest, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self._commands.run("EVAL", self._source, len(keys), *keys, *arguments)
