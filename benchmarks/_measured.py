"""A program run as a process of its own, and what it took."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

_RESIDENT_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes of one unit that the system counts resident memory in."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a program."""

    printed: str
    wall_s: float
    cpu_s: float
    peak_bytes: int
    """Of resident memory."""


def measured(command: Sequence[str]) -> Measured:
    """Run it to its end. Raises subprocess.CalledProcessError where it fails."""
    began_s = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.monotonic() - began_s
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    cpu_s = usage.ru_utime + usage.ru_stime
    return Measured(printed, wall_s, cpu_s, usage.ru_maxrss * _RESIDENT_UNIT)
