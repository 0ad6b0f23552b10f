"""How long what an experiment has broken may stay broken, and who sees to it: one file a runner."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """The content of `leases/<runner>.json`."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    runner_pid: int
    runner_created_at_s: float
    """When the kernel started it: tells it from a later process with the same pid."""
    watchdog_pid: int | None
    """None while it is being started."""
    ends_monotonic_ns: int
    """On the machine's monotonic clock, which all its processes share: then all is healed."""
    runner_birth: str = ""
    """Boot and tick at which the kernel started the runner; it decides where it is known."""
    schema: Literal[1, 2] = 2


def leases_dir(undo_file: Path) -> Path:
    """Where the leases of a stack's runners lie."""
    return undo_file.with_name("leases")
