"""Breaks what the service stands on, through Toxiproxy's own interface."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

NEVER: dict[str, int] = {"timeout": 0}


class Proxies:
    """Every fault is a context: it is gone afterwards."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def heal_all(self) -> None:
        async with self._session.post("/reset") as response:
            assert response.status == 204

    @asynccontextmanager
    async def refused(self, name: str) -> AsyncIterator[None]:
        """Connections are closed and new ones refused."""
        await self._enable(name, enabled=False)
        try:
            yield
        finally:
            await self._enable(name, enabled=True)

    @asynccontextmanager
    async def hung(self, name: str) -> AsyncIterator[None]:
        """Connections stay open, and nothing comes back."""
        async with self._toxic(name, "timeout", NEVER):
            yield

    @asynccontextmanager
    async def slow(self, name: str, latency_ms: int) -> AsyncIterator[None]:
        """Every answer takes longer."""
        async with self._toxic(name, "latency", {"latency": latency_ms}):
            yield

    @asynccontextmanager
    async def reset(self, name: str) -> AsyncIterator[None]:
        """Connections are reset instead of answered."""
        async with self._toxic(name, "reset_peer", NEVER):
            yield

    async def _enable(self, name: str, *, enabled: bool) -> None:
        async with self._session.post(f"/proxies/{name}", json={"enabled": enabled}) as response:
            assert response.status == 200, await response.text()

    @asynccontextmanager
    async def _toxic(self, name: str, kind: str, attributes: dict[str, int]) -> AsyncIterator[None]:
        toxic = {"name": "test", "type": kind, "stream": "downstream", "attributes": attributes}
        async with self._session.post(f"/proxies/{name}/toxics", json=toxic) as response:
            assert response.status == 200, await response.text()
        try:
            yield
        finally:
            async with self._session.delete(f"/proxies/{name}/toxics/test") as response:
                assert response.status == 204, await response.text()
