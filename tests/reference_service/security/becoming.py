"""Waiting for what workers learn from one another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.reference_service.service_process import Reply

NEWS_WITHIN_S = 8.0  # what the service promises (3 s), twice, and some


async def becomes(call: Callable[[], Awaitable[Reply]], status: int) -> Reply:
    """The first reply with this status. Asks until then, and fails when it takes too long."""
    async with asyncio.timeout(NEWS_WITHIN_S):
        while (reply := await call()).status != status:
            await asyncio.sleep(0.05)
        return reply
