"""PostgreSQL as its superuser: a session for each call."""

import asyncio
from collections.abc import Coroutine, Sequence

import asyncpg

from chaos.address import Address
from chaos.errors import AdminError

USER = "postgres"
"""Who may do what faults do; trusted on loopback, as the local stack has it."""
TIMEOUT_S = 5.0
NOT_DONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
"""What asyncpg raises for a statement or a connection that came to nothing."""


async def open_session(address: Address, database: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A superuser's session. Raises what NOT_DONE names."""
    return await asyncpg.connect(
        host=address.host,
        port=address.port,
        user=USER,
        database=database,
        timeout=TIMEOUT_S,
        command_timeout=TIMEOUT_S,
        ssl=False,
        server_settings={"application_name": "stormproof chaos"},
    )


def administer(address: Address, database: str, *statements: str) -> None:
    """Run statements, each committed by itself. Raises AdminError."""
    _do(address, _administer(address, database, statements))


def look_up(address: Address, database: str, statement: str, *parameters: str | list[str]) -> Sequence[str]:
    """The first column of a query, as text. Raises AdminError."""
    return _do(address, _look_up(address, database, statement, parameters))


async def _administer(address: Address, database: str, statements: Sequence[str]) -> Sequence[str]:
    session = await open_session(address, database)
    try:
        for statement in statements:
            await session.execute(statement)
    finally:
        session.terminate()
    return ()


async def _look_up(
    address: Address, database: str, statement: str, parameters: Sequence[str | list[str]]
) -> Sequence[str]:
    session = await open_session(address, database)
    try:
        return [str(row[0]) for row in await session.fetch(statement, *parameters)]
    finally:
        session.terminate()


def _do(address: Address, work: Coroutine[None, None, Sequence[str]]) -> Sequence[str]:
    try:
        return asyncio.run(work)
    except NOT_DONE as error:
        said = f"{error.sqlstate}: {error}" if isinstance(error, asyncpg.PostgresError) else repr(error)
        raise AdminError(
            f"PostgreSQL at {address} does not do what its administrator ({USER}) asks: {said}. "
            "Look with: stormproof status"
        ) from error
