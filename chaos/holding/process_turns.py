"""Letting a process run for some of the time only, as a neighbour that takes its processor does."""

import json
import signal
import time

from chaos.errors import ProcessGoneError
from chaos.holding.work import Hold
from chaos.processes.subject import family
from chaos.processes.tree import send
from chaos.targets.process import PROCESS


def take_turns(hold: Hold) -> None:
    """Ready after the first stop. Raises ProcessGoneError where nothing runs; ends when the process does."""
    target = PROCESS.read(json.loads(hold.text("target")), "parameters of the holder")
    if target.running() is None:
        raise ProcessGoneError(f"The process {target.name} (pid {target.pid}) has ended.")
    told = False
    while hold.left_s > 0 and (held := family(target)):
        try:
            for one in held:
                send(one, signal.SIGSTOP)
            if not told:
                hold.ready()
                told = True
            time.sleep(hold.number("stopped_s"))
        finally:
            for one in held:
                send(one, signal.SIGCONT)
        time.sleep(hold.number("running_s"))
