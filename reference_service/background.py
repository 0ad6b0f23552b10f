"""What runs beside requests, for as long as the process lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)
PAUSE_S = 1.0


async def keep_running(
    name: str,
    work: Callable[[], Awaitable[None]],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Until it ends by itself. Whatever it raises is in the log, and after a second it begins again.

    A task that ended without a word would leave revoked keys good and kept answers fresh for as long as the
    process lives.
    """
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed, and begins again", name)
        else:
            return
        await sleep(PAUSE_S)
