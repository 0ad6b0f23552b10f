"""Asks dependencies in the background how they are, so that recovery costs no user anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from reference_service.resilience.breaker import BreakerState
from reference_service.resilience.cutoff import Cutoff
from reference_service.resilience.guard import Guard

log = logging.getLogger(__name__)


@dataclass(slots=True)
class ProbeState:
    """What the last probe of one guard found; `healthy` is None before the first."""

    healthy: bool | None = None
    detail: str = ""


class Prober:
    """Runs one probe per guard every `interval_s`, each within `limit_s`; reports to the guard's breaker."""

    def __init__(self, interval_s: float, limit_s: float) -> None:
        self._interval_s = interval_s
        self._limit_s = limit_s
        self._probes: list[tuple[str, Guard, Callable[[], Awaitable[object]], ProbeState]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, name: str, guard: Guard, probe: Callable[[], Awaitable[object]]) -> None:
        """Registers a probe under the name that health and metrics show, e.g. `elasticsearch.read`."""
        self._probes.append((name, guard, probe, ProbeState()))

    def states(self) -> list[tuple[str, Guard, ProbeState]]:
        """Every guard with its name and the last finding about it."""
        return [(name, guard, state) for name, guard, _, state in self._probes]

    def start(self) -> None:
        """Begins probing; needs a running loop."""
        for index, (name, guard, probe, state) in enumerate(self._probes):
            # Spread over the interval: seven probes at one instant would be a hiccup each second.
            offset_s = self._interval_s * index / len(self._probes)
            self._tasks.append(asyncio.create_task(self._keep_probing(name, guard, probe, state, offset_s)))

    async def stop(self) -> None:
        """Ends probing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _keep_probing(
        self,
        name: str,
        guard: Guard,
        probe: Callable[[], Awaitable[object]],
        state: ProbeState,
        offset_s: float,
    ) -> None:
        loop = asyncio.get_running_loop()
        next_s = loop.time() + offset_s
        while True:
            await asyncio.sleep(max(0.0, next_s - loop.time()))
            next_s = max(next_s + self._interval_s, loop.time())
            await self._probe_once(name, guard, probe, state)

    async def _probe_once(
        self, name: str, guard: Guard, probe: Callable[[], Awaitable[object]], state: ProbeState
    ) -> None:
        before = guard.breaker.state
        try:
            with Cutoff(self._limit_s):
                await probe()
        except Exception as error:  # whatever a probe raises is its finding
            healthy, detail = False, f"{type(error).__name__}: {error}"[:200]
        else:
            healthy, detail = True, ""
        if healthy is not state.healthy:
            level = logging.INFO if healthy else logging.WARNING
            log.log(level, "probe of %s: %s", name, "healthy" if healthy else detail)
        state.healthy, state.detail = healthy, detail
        guard.breaker.report_probe(healthy)
        if before is not BreakerState.CLOSED and guard.breaker.state is BreakerState.CLOSED:
            log.info("breaker of %s closed", name)
