"""Locks in the state Redis (noeviction): taken, renewed and given up by one script each."""

from __future__ import annotations

from importlib.resources import files
from typing import cast

from reference_service.ports.redis_state import RedisState
from reference_service.resilience import Deadline

SCRIPTS = files("reference_service.locks")


class RedisLocks:
    """Owners are random names; only the owner can renew or give up."""

    def __init__(self, state: RedisState) -> None:
        self._state = state
        self._acquire = state.script(SCRIPTS.joinpath("acquire.lua").read_text())
        self._renew = state.script(SCRIPTS.joinpath("renew.lua").read_text())
        self._release = state.script(SCRIPTS.joinpath("release.lua").read_text())

    async def acquire(self, name: str, owner: str, ttl_ms: int, deadline: Deadline) -> int | None:
        """The fencing token, None while somebody else holds it. Raises DependencyUnavailableError."""
        keys = (f"lock:{name}", f"lock-token:{name}")
        token = cast("int", await self._state.run(self._acquire, keys, (owner, ttl_ms), deadline))
        return token or None

    async def renew(self, name: str, owner: str, ttl_ms: int, deadline: Deadline) -> bool:
        """Whether it is still the owner's. Raises DependencyUnavailableError."""
        return bool(await self._state.run(self._renew, (f"lock:{name}",), (owner, ttl_ms), deadline))

    async def release(self, name: str, owner: str, deadline: Deadline) -> None:
        """Gives it up, if it is still the owner's. Raises DependencyUnavailableError."""
        await self._state.run(self._release, (f"lock:{name}",), (owner,), deadline)
