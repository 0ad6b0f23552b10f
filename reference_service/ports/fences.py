"""What a lock protects in PostgreSQL refuses holders that have been overtaken."""

from __future__ import annotations

import asyncpg

from reference_service.locks.lease import Lease, LockLostError

SET_ROLE = "SET LOCAL ROLE stormproof_relay"
FENCE = "SELECT pass_fence($1, $2)"


async def pass_fence(connection: asyncpg.Connection, lease: Lease) -> None:
    """Call it first in the transaction that does the protected work; the role becomes the relay's.

    Raises LockLostError when a later holder has been here.
    """
    await connection.execute(SET_ROLE)
    if not await connection.fetchval(FENCE, lease.name, lease.token):
        raise LockLostError(lease.name)
