"""Where log lines go: whoever logs never waits for whoever reads, nor for a disk."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache

STDERR = 2
MOST_BYTES = 4 * 1024 * 1024  # that wait; half a minute of a busy worker's
# What is written at once to a pipe stays together though several workers write to it: POSIX, PIPE_BUF.
TOGETHER_BYTES = 4096
DRAIN_S = 1.0
CLOSED_PAUSE_S = 0.1


class LogSink:
    """A bounded queue before a descriptor, emptied by a thread; lines for which there is no room are counted.

    A reader that hangs would otherwise hang every request, and the stop, too. `told` makes the line that says
    how many were dropped, once there is room again.
    """

    def __init__(self, descriptor: int, most_bytes: int, told: Callable[[int], bytes]) -> None:
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._told = told
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._dropped = 0
        self._thread: threading.Thread | None = None

    def write(self, line: bytes) -> None:
        """One line, with its end."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
            if self._bytes + len(line) > self._most_bytes:
                self._dropped += 1
                return
            self._waiting.append(line)
            self._bytes += len(line)
            self._changed.notify_all()

    def drain(self, limit_s: float) -> bool:
        """Waits until all has been written, for so long at most; whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._bytes, limit_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                lines, self._waiting = self._waiting, deque()
                if self._dropped:
                    lines.append(self._told(self._dropped))
                    self._bytes += len(lines[-1])
                    self._dropped = 0
            for part in _together(lines):
                self._write(part)
                with self._changed:
                    self._bytes -= len(part)
                    self._changed.notify_all()

    def _write(self, part: bytes) -> None:
        while part:
            try:
                part = part[os.write(self._descriptor, part) :]
            except BlockingIOError:
                time.sleep(CLOSED_PAUSE_S)  # somebody made it non-blocking, and nobody reads
            except OSError:
                return  # a full disk, a reader that has gone: nobody can be told


@cache
def stderr_sink(told: Callable[[int], bytes]) -> LogSink:
    """This process's; what waits at its end is given a second."""
    sink = LogSink(STDERR, MOST_BYTES, told)
    atexit.register(sink.drain, DRAIN_S)
    return sink


def _together(lines: deque[bytes]) -> Iterator[bytes]:
    part = b""
    for line in lines:
        if part and len(part) + len(line) > TOGETHER_BYTES:
            yield part
            part = b""
        part += line
    yield part
