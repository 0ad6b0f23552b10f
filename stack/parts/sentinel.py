"""Redis Sentinel: three of them watch the state Redis, and agree on who is its primary."""

from dataclasses import dataclass

import redis

from stack import layout as layouts
from stack.parts.owned_file import make_owned_file
from stack.parts.part import Command, PartContext, Unanswered, reason
from stack.parts.redis import redis_client, redis_server
from stack.programs import REDIS, Program

MONITORED = "state"
"""What the Sentinels call the state Redis."""
QUORUM = 2
DOWN_AFTER_MS = 2000
"""So long a primary may be silent."""
FAILOVER_TIMEOUT_MS = 10_000

_CONFIGURATION = "sentinel.conf"


@dataclass(frozen=True, slots=True)
class SentinelPart:
    """One of the three."""

    layout: layouts.PartLayout
    programs: tuple[Program, ...] = (REDIS,)
    ready_timeout_s: float = 60.0

    def ports(self, port_base: int) -> tuple[int, ...]:
        """One."""
        return (self.layout.port(port_base),)

    def prepare(self, context: PartContext) -> None:
        """What it watches at the very first start; what it learns goes there, too. Raises PartFailed."""
        settings = context.settings
        primary = layouts.REDIS_STATE.proxy_port(settings.port_base)
        lines = (
            f"port {self.layout.port(settings.port_base)}",
            f"bind {layouts.HOST}",
            f"dir {settings.part_dir(self.layout.name)}",
            f"sentinel monitor {MONITORED} {layouts.HOST} {primary} {QUORUM}",
            f"sentinel down-after-milliseconds {MONITORED} {DOWN_AFTER_MS}",
            f"sentinel failover-timeout {MONITORED} {FAILOVER_TIMEOUT_MS}",
            f"sentinel parallel-syncs {MONITORED} 1",
        )
        file = settings.part_dir(self.layout.name) / _CONFIGURATION
        make_owned_file(context, file, "\n".join(lines) + "\n")

    def command(self, context: PartContext) -> Command:
        """The server, as a Sentinel."""
        file = context.settings.part_dir(self.layout.name) / _CONFIGURATION
        return Command((str(redis_server(context)), str(file), "--sentinel"))

    def ask(self, port: int, timeout_s: float) -> str:
        """It reaches the primary, and enough other Sentinels to agree on another one."""
        client = redis_client(port, timeout_s)
        try:
            client.sentinel_ckquorum(MONITORED)
            return str(client.info("server")["redis_version"])
        except (redis.RedisError, OSError) as error:
            raise Unanswered(f"SENTINEL CKQUORUM: {reason(error)}") from error
        finally:
            client.close()
