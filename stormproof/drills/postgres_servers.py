"""The two PostgreSQL servers as a drill sees them: who is the primary, and statements to one of them."""

import asyncio

import asyncpg

import stack
from evidence.ports import HOST, StackPorts
from stormproof.drills.context import NotRecovered

_TIMEOUT_S = 10.0
_SERVERS = {
    stack.Profile.SINGLE: ("postgres",),
    stack.Profile.REPLICAS: ("postgres", "postgres-2"),
}


def primary_of(settings: stack.StackSettings) -> str:
    """The server that takes writes. Raises NotRecovered when none does."""
    for name in _SERVERS[settings.profile]:
        if is_primary(settings, name):
            return name
    raise NotRecovered("no PostgreSQL server takes writes")


def primary_port(settings: stack.StackSettings) -> int:
    """Its own port. Raises NotRecovered."""
    return StackPorts(settings.port_base).direct(primary_of(settings))


def other_server(settings: stack.StackSettings, name: str) -> str:
    """Of the two, the one that is not `name`."""
    return next(one for one in _SERVERS[settings.profile] if one != name)


def is_primary(settings: stack.StackSettings, name: str) -> bool:
    """Whether it is there and takes writes."""
    return query(settings, name, "SELECT NOT pg_is_in_recovery()") is True


def answers(settings: stack.StackSettings, name: str) -> bool:
    """Whether it answers a query."""
    return query(settings, name, "SELECT 1") == 1


def query(settings: stack.StackSettings, name: str, statement: str) -> object:
    """The first value that the superuser gets; None where the server does not answer."""
    try:
        return execute(settings, name, statement)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


def execute(settings: stack.StackSettings, name: str, *statements: str) -> object:
    """Run them one after another; the first value of the last. Raises asyncpg and OS errors."""
    return asyncio.run(_execute(StackPorts(settings.port_base).direct(name), statements))


async def _execute(port: int, statements: tuple[str, ...]) -> object:
    async with asyncio.timeout(_TIMEOUT_S):
        connection = await asyncpg.connect(
            host=HOST, port=port, user="postgres", database="stormproof", password="", ssl=False
        )
        try:
            value: object = None
            for statement in statements:
                value = await connection.fetchval(statement)
            return value
        finally:
            connection.terminate()
