"""How many bytes of large bodies are held at once: each costs several times its size until it is durable."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

# What is smaller counts as nothing: as many as limits and bulkheads let in take no memory that matters.
SMALL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    tenant_id: str
    size: int
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class BodyRoom:
    """Room for `most_bytes`, of which a tenant gets half: whoever sends more waits, and lets others pass.

    One body always fits, whatever its size, when nothing else is held. Waiting is bounded by whatever cancels
    the caller: its deadline. Not thread-safe: one event loop owns it.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []

    @property
    def held_bytes(self) -> int:
        """Of all tenants."""
        return self._held.total()

    async def enter(self, tenant_id: str, size: int) -> Callable[[], None]:
        """When there is room for it; whoever came in calls what it returns, once."""
        if size < SMALL_BYTES:
            return _nothing
        if self._fits(tenant_id, size):
            self._held[tenant_id] += size
        else:
            await self._wait(_Waiter(tenant_id, size))
        return partial(self._leave, tenant_id, size)

    async def _wait(self, waiter: _Waiter) -> None:
        self._waiting.append(waiter)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            else:
                self._leave(waiter.tenant_id, waiter.size)  # room was given at this very moment
            raise

    def _fits(self, tenant_id: str, size: int) -> bool:
        own, all_of_it = self._held.get(tenant_id, 0) + size, self.held_bytes + size
        has_share = own <= self._most_bytes // 2 or own == size
        return has_share and (all_of_it <= self._most_bytes or all_of_it == size)

    def _leave(self, tenant_id: str, size: int) -> None:
        self._held[tenant_id] -= size
        if not self._held[tenant_id]:
            del self._held[tenant_id]
        for waiter in tuple(self._waiting):
            if not waiter.turn.done() and self._fits(waiter.tenant_id, waiter.size):
                self._waiting.remove(waiter)
                self._held[waiter.tenant_id] += waiter.size
                waiter.turn.set_result(None)


def _nothing() -> None:
    """Nothing was taken."""
