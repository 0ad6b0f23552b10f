"""One worker as its supervisor sees it: a process, and a line to it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping

from reference_service.workers.channel import READY, RETIRE
from reference_service.workers.crew import Crew


class WorkerProcess:
    """Made by `start`."""

    def __init__(
        self, number: int, process: Process, line: socket.socket, now_s: Callable[[], float]
    ) -> None:
        self.number = number
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()
        self.retiring = False
        self.on_trial = False
        self._process = process
        self._line = line
        self._now_s = now_s
        self._started_s = now_s()

    @classmethod
    async def start(
        cls,
        number: int,
        listener: socket.socket,
        environment: Mapping[str, str],
        now_s: Callable[[], float],
    ) -> WorkerProcess:
        """A fresh interpreter, which has nothing of this one but the listening socket and its line."""
        ours, theirs = socket.socketpair()
        with theirs:
            safe_path = ("-P",) if sys.flags.safe_path else ()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *safe_path,
                *("-m", "reference_service", "worker"),
                *(f"--number={number}", f"--listener={listener.fileno()}", f"--channel={theirs.fileno()}"),
                env=environment,
                pass_fds=(listener.fileno(), theirs.fileno()),
            )
        ours.setblocking(False)
        return cls(number, process, ours, now_s)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def lived_s(self) -> float:
        """Seconds since it was started."""
        return self._now_s() - self._started_s

    def tell_crew(self, crew: Crew) -> None:
        """So that it can tell readiness over all workers."""
        self._tell(crew.encode())

    def retire(self) -> None:
        """Another has taken its place: accept nothing more, finish, end."""
        self.retiring = True
        self._tell(RETIRE)

    def stop(self) -> None:
        """SIGTERM: stop in good order; the second one: at once."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._send(signal.SIGKILL)

    async def wait(self) -> int:
        """Until it ends; its exit code, negative for a signal. Notes on the way when it gets ready."""
        hearing = asyncio.create_task(self._hear())
        code = await self._process.wait()
        hearing.cancel()
        self._line.close()
        self.ended.set()
        return code

    async def _hear(self) -> None:
        loop = asyncio.get_running_loop()
        heard = b""
        while READY not in heard:
            part = await loop.sock_recv(self._line, 64)
            if not part:
                return
            heard += part
        self.ready.set()

    def _tell(self, line: bytes) -> None:
        # A worker that is stuck reads nothing: its line fills up, and it need not know.
        with contextlib.suppress(OSError):
            self._line.send(line + b"\n")

    def _send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
