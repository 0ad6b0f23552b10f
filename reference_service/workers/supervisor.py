"""Starts workers, starts them again when they die, replaces them one by one, and stops them."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import socket
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Literal

from reference_service.workers.crew import Crew
from reference_service.workers.numbers import free_number
from reference_service.workers.restart_policy import RestartPolicy
from reference_service.workers.worker_process import WorkerProcess

log = logging.getLogger(__name__)
JITTER = 0.1


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """How many workers, the first of their numbers, and the seconds they get to start and to stop."""

    workers: int
    first_number: int
    start_s: float
    stop_s: float


class Supervisor:
    """Handles no request and holds no connection: what can break a worker does not reach it.

    SIGTERM or SIGINT stops all workers in good order, a second one at once; SIGHUP replaces them one by one:
    a successor accepts connections before its predecessor stops to. `on_ended` is told the number of every
    worker that ended, before it is given to another.
    """

    def __init__(
        self,
        plan: CrewPlan,
        restarts: RestartPolicy,
        environment: Mapping[str, str],
        on_ended: Callable[[int], None],
        now_s: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._policy = restarts
        self._environment = environment
        self._on_ended = on_ended
        self._now_s = now_s
        self._workers: dict[int, WorkerProcess] = {}
        self._numbers: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._restarts = 0
        self._was_ready = False
        self._exit_code = 0

    async def run(self, listener: socket.socket) -> int:
        """Until it is told to stop, or gives up; the exit code: 0, or what a worker ended with."""
        self._listener = listener
        self._stopping = asyncio.Event()
        self._replacing = asyncio.Lock()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._begin(self._replace_all()))
        await asyncio.gather(*(self._launch() for _ in range(self._plan.workers)))
        await self._stopping.wait()
        await self._see_off()
        return self._exit_code

    def _stop(self) -> None:
        log.info("stopping %d workers", len(self._workers))
        self._stopping.set()
        for worker in self._workers.values():
            worker.stop()

    async def _see_off(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._plan.stop_s)
        for worker in self._workers.values():
            log.error("worker %d (pid %d) did not stop in time", worker.number, worker.pid)
            worker.kill()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _launch(self, deaths: int = 0, *, on_trial: bool = False) -> WorkerProcess:
        """Raises OSError when the machine has no room for a process now."""
        number = free_number(self._plan.first_number, self._plan.workers, self._numbers)
        self._numbers.add(number)
        try:
            worker = await WorkerProcess.start(number, self._listener, self._environment, self._now_s)
        except OSError:
            self._numbers.discard(number)
            raise
        worker.on_trial = on_trial
        self._workers[number] = worker
        log.info("worker %d started with pid %d", number, worker.pid)
        self._begin(self._watch(worker, deaths))
        if self._stopping.is_set():
            worker.stop()
        return worker

    async def _watch(self, worker: WorkerProcess, deaths: int) -> None:
        noting = asyncio.create_task(self._note_ready(worker))
        code = await worker.wait()
        noting.cancel()
        try:
            self._on_ended(worker.number)
        except OSError:
            log.exception("what worker %d left is not put away", worker.number)
        del self._workers[worker.number]
        self._numbers.discard(worker.number)
        self._tell_crew()
        if self._stopping.is_set():
            self._exit_code = self._exit_code or abs(code)
        elif worker.retiring:
            log.info(
                "worker %d (pid %d) was replaced and ended with code %d", worker.number, worker.pid, code
            )
        elif not worker.on_trial:
            log.error("worker %d (pid %d) died with code %d", worker.number, worker.pid, code)
            await self._start_again(code, self._policy.deaths(deaths, worker.lived_s))

    async def _start_again(self, code: int, deaths: int) -> None:
        if not self._was_ready and deaths >= self._policy.give_up_after:
            log.error("no worker can start: giving up")
            self._exit_code = code if code > 0 else 1
            self._stop()
            return
        self._restarts += 1
        while not self._stopping.is_set():
            # Workers that died together do not come back together.
            wait_s = self._policy.wait_s(deaths) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
            await self._first_of(wait_s, self._stopping)
            if self._stopping.is_set():
                return
            try:
                await self._launch(deaths)
            except OSError:
                log.exception("no worker can be started now")
                deaths += 1
            else:
                return

    async def _note_ready(self, worker: WorkerProcess) -> None:
        await worker.ready.wait()
        self._was_ready = True
        self._tell_crew()

    def _tell_crew(self) -> None:
        ready = sum(worker.ready.is_set() and not worker.retiring for worker in self._workers.values())
        crew = Crew(self._plan.workers, min(ready, self._plan.workers), self._restarts)
        for worker in self._workers.values():
            worker.tell_crew(crew)

    async def _replace_all(self) -> None:
        async with self._replacing:
            log.info("replacing all workers")
            for predecessor in tuple(self._workers.values()):
                if not await self._replace(predecessor):
                    log.error("a successor did not get ready: the other workers stay as they are")
                    return

    async def _replace(self, predecessor: WorkerProcess) -> bool:
        """Whether the successor got ready; only then the predecessor goes."""
        if self._stopping.is_set() or predecessor.number not in self._workers:
            return True  # nothing to replace: it died, and was started again
        predecessor.retiring = True
        try:
            successor = await self._launch(on_trial=True)
        except OSError:
            log.exception("no successor can be started now")
            return await self._keep(predecessor)
        await self._first_of(self._plan.start_s, successor.ready, successor.ended, self._stopping)
        if not successor.ready.is_set():
            successor.kill()
            return await self._keep(predecessor)
        successor.on_trial = False
        predecessor.retire()
        await self._first_of(self._plan.stop_s, predecessor.ended)
        if not predecessor.ended.is_set():
            predecessor.kill()
        return True

    async def _keep(self, predecessor: WorkerProcess) -> Literal[False]:
        """It is not replaced; should it have died meanwhile, it is started again."""
        predecessor.retiring = False
        if predecessor.number not in self._workers:
            await self._start_again(0, 1)
        return False

    async def _first_of(self, limit_s: float, *events: asyncio.Event) -> None:
        waits = [asyncio.create_task(event.wait()) for event in events]
        await asyncio.wait(waits, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
