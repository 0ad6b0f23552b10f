"""A pool of PostgreSQL connections whose every wait has an end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

CONNECTING = 4

type Work[T] = Callable[[asyncpg.Connection], Awaitable[T]]


class PostgresPool:
    """At most `size` connections, made by `make` when needed.

    asyncpg's own pool can outlast a time limit: a cancelled query first sends a cancel request to a server
    that may not answer. Here the work runs in a task of its own; when its caller is cut off, the connection's
    socket is dropped at once and nobody waits for the rest. A connection goes back only after clean work.
    """

    def __init__(self, make: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self._make = make
        self._slots = asyncio.Semaphore(size)
        self._connecting = asyncio.Semaphore(CONNECTING)
        self._size = size
        self._idle: list[asyncpg.Connection] = []
        self._in_use = 0

    def counts(self) -> dict[str, int]:
        """Connections by state, for metrics."""
        return {
            "active": self._in_use,
            "idle": len(self._idle),
            "free": self._size - self._in_use - len(self._idle),
        }

    async def warm(self, number: int) -> None:
        """Makes connections before they are needed. Raises what connecting raises."""
        await asyncio.gather(*(self.run(_touch) for _ in range(number)))

    async def run[T](self, work: Work[T]) -> T:
        """Runs `work` on a connection. The caller bounds it; being cancelled is prompt in every state."""
        lease = _Lease()
        task = asyncio.create_task(self._work(work, lease))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            lease.drop()
            task.cancel()
            task.add_done_callback(_forget)
            raise

    async def close(self) -> None:
        """Drops idle connections."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.terminate()

    async def _work[T](self, work: Work[T], lease: _Lease) -> T:
        async with self._slots:
            self._in_use += 1
            try:
                connection = self._take_idle() or await self._connect()
                lease.hold(connection)
                try:
                    answer = await work(connection)
                except AttributeError as error:
                    # asyncpg forgets the protocol of a lost connection, and stumbles over that between two
                    # messages.
                    if connection.is_closed():
                        raise asyncpg.InterfaceError("the connection was lost") from error
                    connection.terminate()
                    raise
                except BaseException:
                    connection.terminate()
                    raise
                lease.release()
                if not lease.dropped and not connection.is_closed():
                    self._idle.append(connection)
                return answer
            finally:
                self._in_use -= 1

    async def _connect(self) -> asyncpg.Connection:
        # A burst must not become a storm of new server processes; by its turn, a call may find one idle.
        async with self._connecting:
            return self._take_idle() or await self._make()

    def _take_idle(self) -> asyncpg.Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None


class _Lease:
    """The connection that a piece of work holds, so that its caller can drop the socket."""

    def __init__(self) -> None:
        self.dropped = False
        self._connection: asyncpg.Connection | None = None

    def hold(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        if self.dropped:
            connection.terminate()

    def release(self) -> None:
        """It may be somebody else's from now on, though the caller has yet to hear of the answer."""
        self._connection = None

    def drop(self) -> None:
        self.dropped = True
        if self._connection is not None:
            self._connection.terminate()


async def _touch(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT 1")


def _forget(task: asyncio.Task[object]) -> None:
    if not task.cancelled():
        task.exception()  # looked at, so that the loop does not report it: its caller has gone
