"""The state Redis as one of two: Sentinel says which is the primary, and writes it into their files."""

from collections.abc import Mapping
from dataclasses import dataclass

import redis

from stack import layout as layouts
from stack.parts.owned_file import make_owned_file
from stack.parts.part import Command, PartContext, Unanswered, reason
from stack.parts.redis import STATE_SETTINGS, RedisPart, redis_client
from stack.programs import REDIS, Program

_CONFIGURATION = "redis.conf"


@dataclass(frozen=True, slots=True)
class ReplicatedRedisPart:
    """One of the two servers. They know each other by their proxies' ports, so that what breaks the way to
    one breaks it for the other and for the Sentinels, too.
    """

    layout: layouts.PartLayout
    programs: tuple[Program, ...] = (REDIS,)
    ready_timeout_s: float = 60.0

    def ports(self, port_base: int) -> tuple[int, ...]:
        """One."""
        return (self.layout.port(port_base),)

    def prepare(self, context: PartContext) -> None:
        """At the very first start the first server is the primary. Raises PartFailed."""
        base = context.settings.port_base
        first = layouts.REDIS_STATE
        role = "" if self.layout == first else f"replicaof {layouts.HOST} {first.proxy_port(base)}\n"
        content = f"# Sentinel writes here who is the primary.\n{role}"
        make_owned_file(context, context.settings.part_dir(self.layout.name) / _CONFIGURATION, content)

    def command(self, context: PartContext) -> Command:
        """The server; its role is in its file, all else in its arguments."""
        plain = RedisPart(self.layout, {**STATE_SETTINGS, **self._replication(context)}).command(context)
        program, *words = plain.argv
        file = context.settings.part_dir(self.layout.name) / _CONFIGURATION
        return Command((program, str(file), *words), plain.environment)

    def _replication(self, context: PartContext) -> Mapping[str, str]:
        return {
            "replica-announce-ip": layouts.HOST,
            "replica-announce-port": str(self.layout.proxy_port(context.settings.port_base)),
            "repl-diskless-sync-delay": "0",
        }

    def ask(self, port: int, timeout_s: float) -> str:
        """A primary takes a write; a replica has its link to one."""
        client = redis_client(port, timeout_s)
        try:
            told = client.info("replication")
            version = str(client.info("server")["redis_version"])
        except (redis.RedisError, OSError) as error:
            raise Unanswered(f"INFO: {reason(error)}") from error
        finally:
            client.close()
        if told["role"] != "master":
            if told["master_link_status"] != "up":
                raise Unanswered("a replica without a link to its primary")
            return version
        return RedisPart(self.layout, {}).ask(port, timeout_s)
