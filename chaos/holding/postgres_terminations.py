"""Terminating every client's session again and again, as an administrator or a failing pooler does."""

import asyncio

from chaos.admin.postgres_admin import NOT_DONE, open_session
from chaos.errors import AdminError
from chaos.holding.work import Hold

_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def terminate_backends(hold: Hold) -> None:
    """Ready after the first time. Raises AdminError where it cannot."""
    asyncio.run(_terminate(hold))


async def _terminate(hold: Hold) -> None:
    try:
        session = await open_session(hold.address, hold.text("database"))
        await session.execute(_OTHERS)
        hold.ready()
        while hold.left_s > 0:
            await asyncio.sleep(hold.number("every_s"))
            await session.execute(_OTHERS)
    except NOT_DONE as error:
        raise AdminError(f"PostgreSQL at {hold.address} terminates no session: {error!r}") from error
