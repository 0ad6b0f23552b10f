"""When requests came to the server, against when a constant rate should have brought them: one measure for
every generator, whatever it says of itself.
"""

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks._peers import Peer
from benchmarks._ping_bed import on_core

_SAMPLED_EVERY_S = 0.1
_SETTLED_S = 1.0


@dataclass(frozen=True, slots=True)
class Arrived:
    """One run of one generator."""

    per_s: float
    late_ms: tuple[float, float, float]
    """p50, p99, p99.9: later than a constant rate, counted from the request that was earliest by it."""
    cpu_us: float
    """Of the generator and its children, a request, in the steady part."""


class CpuLog:
    """CPU seconds of a process and its children over time."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._samples: list[tuple[float, float]] = []
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def stop(self) -> None:
        """The process has ended."""
        self._ended.set()
        self._thread.join()

    def between(self, from_s: float, to_s: float) -> float:
        """By the monotonic clock."""
        at, used = np.array(self._samples).T
        began, ended = np.interp([from_s, to_s], at, used)
        return float(ended - began)

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLED_EVERY_S):
            try:
                times = [one.cpu_times() for one in (self._process, *self._process.children(recursive=True))]
            except psutil.NoSuchProcess:
                return
            self._samples.append((time.monotonic(), sum(one.user + one.system for one in times)))


def run(peer: Peer, core: int, *, real_time: bool) -> CpuLog:
    """To its end."""
    with subprocess.Popen(
        peer.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=on_core(core, real_time=real_time),  # noqa: PLW1509 -- started before any thread of ours
    ) as process:
        log = CpuLog(process.pid)
        process.communicate(peer.stdin)
        log.stop()
    return log


def arrived(stamps_file: Path, log: CpuLog, rate_per_s: float | None) -> Arrived:
    """What the server noted; a closed model is measured against its own mean rate."""
    came_ns = np.fromfile(stamps_file, dtype=np.int64)
    came_s = np.sort(came_ns) / 1e9
    per_s = (len(came_s) - 1) / (came_s[-1] - came_s[0])
    behind_ms = (came_s - np.arange(len(came_s)) / (rate_per_s or per_s)) * 1000
    p50, p99, p999 = np.quantile(behind_ms - behind_ms.min(), (0.5, 0.99, 0.999))
    from_s, to_s = came_s[0] + _SETTLED_S, came_s[-1] - _SETTLED_S
    steady = int(((came_s >= from_s) & (came_s < to_s)).sum())
    cpu_us = log.between(from_s, to_s) * 1e6 / max(steady, 1)
    return Arrived(float(per_s), (float(p50), float(p99), float(p999)), cpu_us)
