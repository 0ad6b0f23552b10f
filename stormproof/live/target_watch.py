"""Asks the target once a second how its dependencies are."""

import asyncio

import aiohttp

from stormproof.live.health import PATH, SILENT, read_health
from stormproof.live.picture import TargetHealth

_EVERY_S = 1.0
_EVERY_WHEN_SILENT_S = 30.0
"""A service that has no such page is not asked on and on."""
_WITHIN_S = 2.0
_LAST = "; this is what it said last"
_MOST_BYTES = 256 * 1024


class TargetWatch:
    """What the target says by now."""

    def __init__(self) -> None:
        self.health: TargetHealth | None = None

    async def follow(self, target: str) -> None:
        """Ask until cancelled."""
        timeout = aiohttp.ClientTimeout(total=_WITHIN_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                asked = await _asked(session, target.rstrip("/") + PATH)
                known = () if self.health is None else self.health.dependencies
                if isinstance(asked, TargetHealth):
                    self.health = asked
                else:
                    self.health = TargetHealth(f"{asked}{_LAST if known else ''}", known)
                silent = self.health.told == SILENT
                await asyncio.sleep(_EVERY_WHEN_SILENT_S if silent else _EVERY_S)


async def _asked(session: aiohttp.ClientSession, url: str) -> TargetHealth | str:
    """What it says, or why it says nothing."""
    try:
        async with session.get(url, allow_redirects=False) as answer:
            return read_health(answer.status, await answer.content.read(_MOST_BYTES))
    except TimeoutError:
        return f"gave no answer within {_WITHIN_S:g} s"
    except (aiohttp.ClientError, ValueError) as error:
        return f"cannot be asked: {type(error).__name__}"
