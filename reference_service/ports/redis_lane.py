"""One connection to Redis that goes from batch to batch."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

# A server that went away while nothing was asked is noticed before the next batch, and costs nobody an error.
IDLE_S = 0.05


class RedisLane:
    """Takes its connection once: from batch to batch that costs more than a batch of a few commands."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._connection: AbstractConnection | None = None
        self._good_until_s = -math.inf

    async def ask(self, packed: Sequence[bytes]) -> list[object]:
        """The answers to these commands, errors of the server among them. Raises what redis-py raises."""
        connection = await self._connected()
        try:
            await connection.send_packed_command(b"".join(packed), check_health=False)
            answers = [await _answer(connection) for _ in packed]
        except BaseException:
            # Answers that nobody has read would be taken for those of the next batch.
            self._good_until_s = -math.inf
            await connection.disconnect(nowait=True)
            raise
        self._good_until_s = time.monotonic() + IDLE_S
        return answers

    async def _connected(self) -> AbstractConnection:
        if self._connection is None:
            self._connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]  # its decorator is untyped
        elif time.monotonic() > self._good_until_s:
            await self._pool.ensure_connection(self._connection)
        return self._connection


async def _answer(connection: AbstractConnection) -> object:
    """What the server says, also when that is an error."""
    try:
        return await connection.read_response(timeout=math.inf)  # the batch has its limit
    except ResponseError as error:
        return error
