"""Taking every connection that PostgreSQL has, and each that becomes free."""

import asyncio

import asyncpg

from chaos.admin.postgres_admin import NOT_DONE, open_session
from chaos.holding.work import Hold

_TOO_MANY = "53300"
_PAUSE_S = 0.02


def hold_connections(hold: Hold) -> None:
    """Ready at the first refusal. Ends with the process, or when its time is over."""
    asyncio.run(_hold(hold))


async def _hold(hold: Hold) -> None:
    sessions: list[asyncpg.Connection[asyncpg.Record]] = []
    told = False
    while hold.left_s > 0:
        sessions = [one for one in sessions if not one.is_closed()]
        try:
            sessions.append(await open_session(hold.address, hold.text("database")))
        except asyncpg.PostgresError as error:
            if error.sqlstate == _TOO_MANY and not told:
                hold.ready()
                told = True
            await asyncio.sleep(_PAUSE_S)
        except NOT_DONE:
            await asyncio.sleep(_PAUSE_S)  # a server that is gone for a while comes back
