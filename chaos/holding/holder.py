"""Starting, finding and ending the process that holds a fault."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping

import psutil
from pydantic import JsonValue

from chaos.errors import NotAppliedError
from chaos.processes.tree import kill_all

MODULE = "chaos.holding"
READY = "ready"
_READY_WITHIN_S = 10.0
"""An interpreter with its imports starts in half a second here, in several on two busy cores."""


def start_holder(work: str, occurrence_id: str, parameters: Mapping[str, JsonValue]) -> None:
    """Start it, and wait until it holds. Raises NotAppliedError, which says what it told; none runs then."""
    process = subprocess.Popen(
        (sys.executable, "-P", "-m", MODULE, work, occurrence_id, json.dumps(dict(parameters))),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # the runner's end, and its terminal's, is not the holder's
    )
    told = _first_line(process)
    if told != READY:
        end_holder(occurrence_id)
        process.wait()
        raise NotAppliedError(f"What holds the fault ({work}) did not begin: {told or 'it told nothing'}")


def holder_lives(occurrence_id: str) -> bool:
    """The fault is held."""
    return bool(_holders(occurrence_id))


def end_holder(occurrence_id: str) -> None:
    """End it, if it runs. Raises NotAppliedError for one that cannot be ended."""
    # What it holds, the kernel lets go.
    kill_all(_holders(occurrence_id))


def _holders(occurrence_id: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            arguments = process.cmdline()
            if MODULE in arguments and occurrence_id in arguments and process.pid != os.getpid():
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _first_line(process: "subprocess.Popen[bytes]") -> str:
    output = process.stdout
    if output is None:
        return ""
    with output:
        readable, _, _ = select.select([output], [], [], _READY_WITHIN_S)
        # Of a traceback, the last line says what happened.
        line = output.readline().decode().strip() if readable else ""
        if line == READY or not readable:
            return line
        rest = output.read().decode().strip()
        return (rest or line).splitlines()[-1]
