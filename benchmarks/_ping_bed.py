"""A trivial server on one core and a generator on another: what benchmarks of generators share."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

_REAL_TIME_PRIORITY = 1


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core is whose; with one core there is no telling them apart."""

    generator: int
    server: int

    @classmethod
    def of_this_machine(cls) -> "Cores":
        """The last one for the generator, the first for the server."""
        usable = sorted(os.sched_getaffinity(0))
        return cls(usable[-1], usable[0])


def on_core(core: int, *, real_time: bool = False) -> Callable[[], None]:
    """For a new process: to stay on this core, before all others where that is asked for and allowed (at the
    priority that it was started with, if that is a real-time one).
    """

    def prepare() -> None:
        os.sched_setaffinity(0, {core})
        if real_time and os.sched_getscheduler(0) != os.SCHED_FIFO:
            with suppress(PermissionError):
                os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_REAL_TIME_PRIORITY))

    return prepare


@contextmanager
def ping_server(core: int, *arguments: str, real_time: bool = False) -> Iterator[str]:
    """The URL of the tests' small server; it is stopped at the end of the block."""
    with subprocess.Popen(
        (sys.executable, "-m", "tests.loadtests.small_server", *arguments),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=on_core(core, real_time=real_time),  # noqa: PLW1509 -- no threads hold locks here
    ) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()
            server.communicate()


def ping_scenario(folder: Path, rate_per_s: float, duration_s: float, *, arrivals: str = "poisson") -> Path:
    """One persona that asks for one path."""
    file = folder / "scenario.yaml"
    operations = [{"name": "ping", "weight": 1}]
    persona = {"name": "p", "rate_per_s": rate_per_s, "arrivals": arrivals, "operations": operations}
    content = {"name": "ping", "duration_s": duration_s, "operations": [{"name": "ping", "path": "/"}]}
    file.write_text(yaml.safe_dump({**content, "personas": [persona]}))
    return file
