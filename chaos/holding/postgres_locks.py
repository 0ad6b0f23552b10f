"""Holding the strongest lock on tables, as a migration that hangs does."""

import asyncio
import contextlib

from chaos.admin.postgres_admin import NOT_DONE, open_session
from chaos.errors import AdminError
from chaos.holding.work import Hold


def hold_locks(hold: Hold) -> None:
    """Ready as soon as all are held. Raises AdminError where they cannot be had."""
    asyncio.run(_hold(hold))


async def _hold(hold: Hold) -> None:
    try:
        session = await open_session(hold.address, hold.text("database"))
        # Quoting is format()'s: the names come from an experiment.
        tables = await session.fetchval(
            "SELECT string_agg(format('%s', name::regclass), ', ') FROM unnest($1::text[]) AS name",
            list(hold.texts("tables")),
        )
        await session.execute("BEGIN")
        await session.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
    except NOT_DONE as error:
        raise AdminError(f"The locks cannot be had from PostgreSQL at {hold.address}: {error!r}") from error
    hold.ready()
    ended = asyncio.Event()
    session.add_termination_listener(lambda _: ended.set())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), hold.left_s)
