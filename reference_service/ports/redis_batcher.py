"""Sends the commands of concurrent requests together: one write and one read for all of them."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

# Few, so that batches grow when the server is busy; several, so that one lost answer holds up few.
MOST_BATCHES = 4

type Argument = str | int | bytes


class RedisBatcher:
    """Commands of one turn of the event loop, or issued while `most_batches` are under way, share a batch.

    A command costs a fraction of what it costs alone, and passes through a few turns of the loop instead of
    a dozen, which matters most when the loop is busy. Callers bound their own waiting.
    """

    def __init__(self, client: Redis, most_batches: int) -> None:
        self._client = client
        self._most_batches = most_batches
        self._waiting: list[tuple[tuple[Argument, ...], asyncio.Future[object]]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._scheduled = False

    async def run(self, *command: Argument) -> object:
        """The server's answer to one command. Raises what redis-py raises, the server's errors included."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        self._waiting.append((command, future))
        if not self._scheduled:
            self._scheduled = True
            loop.call_soon(self._flush)
        return await future

    def _flush(self) -> None:
        self._scheduled = False
        # Callers that were cut off while they waited have cancelled their futures.
        self._waiting = [entry for entry in self._waiting if not entry[1].done()]
        if self._waiting and len(self._under_way) < self._most_batches:
            batch, self._waiting = self._waiting, []
            task = asyncio.create_task(self._send(batch))
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._waiting:
            self._flush()

    async def _send(self, batch: list[tuple[tuple[Argument, ...], asyncio.Future[object]]]) -> None:
        pipeline = self._client.pipeline(transaction=False)
        for command, _ in batch:
            pipeline.execute_command(*command)
        try:
            answers: list[object] = await pipeline.execute(raise_on_error=False)
        except Exception as error:  # the whole batch failed: each caller learns it
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
