"""How much of a core the generator used, and how long it waited for one."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SCHEDSTAT = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True, slots=True)
class CpuShare:
    """Of one stretch."""

    used_ratio: float
    """Of one core; all threads of the process."""
    wait_ratio: float | None
    """Share of the stretch in which the loop could have run and others had its core; None where the kernel
    does not tell."""


class CpuMeter:
    """Reads the process's account of itself. Belongs to the thread that makes it: that of the event loop."""

    def __init__(
        self,
        now_ns: int,
        cpu_ns: Callable[[], int] = time.process_time_ns,
        wait_ns: Callable[[], int | None] | None = None,
    ) -> None:
        self._cpu_ns = cpu_ns
        self._wait_ns = wait_ns or _waited_ns
        self._last = (now_ns, self._cpu_ns(), self._wait_ns())

    def take(self, now_ns: int) -> CpuShare:
        """The share since the last time."""
        last_ns, last_cpu_ns, last_wait_ns = self._last
        cpu_ns, wait_ns = self._cpu_ns(), self._wait_ns()
        self._last = (now_ns, cpu_ns, wait_ns)
        elapsed_ns = max(now_ns - last_ns, 1)
        waited = None if wait_ns is None or last_wait_ns is None else (wait_ns - last_wait_ns) / elapsed_ns
        return CpuShare((cpu_ns - last_cpu_ns) / elapsed_ns, waited)


def _waited_ns() -> int | None:
    """Time on a run queue (Linux, Documentation/scheduler/sched-stats.rst)."""
    try:
        return int(_SCHEDSTAT.read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
