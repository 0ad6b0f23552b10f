"""When a process was born, told so that no correction of the time of day changes it.

`chaos.processes.birth` says the same: neither room knows the other.
"""

from functools import cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_AFTER_NAME = 2
_STARTTIME = 22
"""Fields of /proc/PID/stat, counted from 1, as proc_pid_stat(5) does: what follows the name, and the ticks
since the system was booted."""


def birth_of(pid: int) -> str:
    """Boot and tick at which the process was started: nobody else has that pid and this. Empty where the
    system does not tell, or no such process is there."""
    try:
        # The name, in parentheses, may hold anything.
        _, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        return f"{_boot()}:{fields.split()[_STARTTIME - _AFTER_NAME - 1]}"
    except (OSError, IndexError):
        return ""


def is_born_before(birth: str, other: str) -> bool | None:
    """Whether the first of two was born earlier; None where that is not known, as of two boots."""
    boot, _, tick = birth.partition(":")
    other_boot, _, other_tick = other.partition(":")
    if boot != other_boot or not (tick.isdigit() and other_tick.isdigit()):
        return None
    return int(tick) < int(other_tick)


@cache
def _boot() -> str:
    return _BOOT_ID.read_text().strip()
