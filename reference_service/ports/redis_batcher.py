"""Sends the commands of concurrent requests together: one write and one read for all of them."""

from __future__ import annotations

import asyncio

import hiredis
from redis.asyncio import Redis

from reference_service.ports.redis_lane import RedisLane

# Few, so that batches grow when the server is busy; several, so that one lost answer holds up few.
MOST_BATCHES = 4

type Argument = str | int | bytes


class RedisBatcher:
    """Commands of one turn of the event loop, or issued while `most_batches` are under way, share a batch.

    A command costs a fraction of what it costs alone, and passes through a few turns of the loop instead of
    a dozen, which matters most when the loop is busy. Callers bound their own waiting; `limit_s` stands
    behind that, so that no batch keeps its connection for ever. It does what the client's pipeline does,
    without what that does for each command: packing in Python, and a timer for each answer.
    """

    def __init__(self, client: Redis, most_batches: int, limit_s: float) -> None:
        pool = client.connection_pool
        self._limit_s = limit_s
        self._idle = [RedisLane(pool) for _ in range(min(most_batches, pool.max_connections))]
        self._waiting: list[tuple[tuple[Argument, ...], asyncio.Future[object]]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._scheduled = False

    def run(self, *command: Argument) -> asyncio.Future[object]:
        """The server's answer to one command. Raises what redis-py raises, the server's errors included."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        self._waiting.append((command, future))
        if not self._scheduled:
            self._scheduled = True
            loop.call_soon(self._flush)
        return future

    def _flush(self) -> None:
        self._scheduled = False
        # Callers that were cut off while they waited have cancelled their futures.
        self._waiting = [entry for entry in self._waiting if not entry[1].done()]
        if self._waiting and self._idle:
            batch, self._waiting = self._waiting, []
            task = asyncio.create_task(self._send(batch, self._idle.pop()))
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._waiting:
            self._flush()

    async def _send(
        self, batch: list[tuple[tuple[Argument, ...], asyncio.Future[object]]], lane: RedisLane
    ) -> None:
        try:
            async with asyncio.timeout(self._limit_s):
                answers = await lane.ask([_packed(command) for command, _ in batch])
        except Exception as error:  # the whole batch failed: each caller learns it
            answers = [error] * len(batch)
        finally:
            self._idle.append(lane)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def _packed(command: tuple[Argument, ...]) -> bytes:
    packed: bytes = hiredis.pack_command(command)  # type: ignore[arg-type]  # its stub means any length
    return packed
