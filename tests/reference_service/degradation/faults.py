"""Six ways in which a dependency is away."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import psutil

import stack
from reference_service.ports.dependency import Dependency
from tests.reference_service.proxies import Proxies

FAULTS = ("refused", "hung", "slow", "reset", "frozen", "killed")
SLOW_MS = 3000  # longer than every deadline but that of bulk


class Faults:
    """Each is a context: it is gone afterwards, and the dependency answers again."""

    def __init__(self, proxies: Proxies, settings: stack.StackSettings) -> None:
        self._proxies = proxies
        self._settings = settings

    def of(self, fault: str, dependency: Dependency) -> AbstractAsyncContextManager[None]:
        """The dependency broken in this way."""
        name = dependency.value
        match fault:
            case "refused":
                return self._proxies.refused(name)
            case "hung":
                return self._proxies.hung(name)
            case "slow":
                return self._proxies.slow(name, SLOW_MS)
            case "reset":
                return self._proxies.reset(name)
            case "frozen":
                return self._frozen(name)
            case _:
                return self._killed(name)

    @asynccontextmanager
    async def _frozen(self, name: str) -> AsyncIterator[None]:
        """SIGSTOP: the kernel still accepts connections and bytes."""
        processes = self._processes(name)
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGCONT)

    @asynccontextmanager
    async def _killed(self, name: str) -> AsyncIterator[None]:
        """kill -9, and a new start from what was on the disk."""
        processes = self._processes(name)
        for process in processes:
            process.kill()
        # A dead child stays in the list of processes until its parent has looked at it.
        await asyncio.to_thread(psutil.wait_procs, processes, 5)
        try:
            yield
        finally:
            await asyncio.to_thread(stack.up, self._settings)

    def _processes(self, name: str) -> list[psutil.Process]:
        managed = stack.registry(self._settings).process(name)
        assert managed is not None, f"{name} is not registered"
        process = stack.find_process(managed)
        assert process is not None, f"{name} does not run"
        return [process, *process.children(recursive=True)]
