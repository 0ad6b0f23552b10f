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

MODULE = "chaos.holding"
READY = "ready"
_READY_WITHIN_S = 10.0
"""An interpreter with its imports starts in half a second here, in several on two busy cores."""
_ENDS_WITHIN_S = 2.0


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
    holders = _holders(occurrence_id)
    for holder in holders:
        try:
            holder.kill()  # what it holds, the kernel lets go
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied as error:
            raise NotAppliedError(
                f"The process that holds the fault belongs to another user. End it: kill {holder.pid}"
            ) from error
    _, alive = psutil.wait_procs(holders, timeout=_ENDS_WITHIN_S)
    if alive:
        raise NotAppliedError(f"The process {alive[0].pid}, which holds the fault, does not end.")


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
