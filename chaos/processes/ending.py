"""Ending a process with its children: in good order, then in any."""

import signal
import time
from collections.abc import Sequence

import psutil

from chaos.processes.tree import has_ended, kill_all, send

_STOP_SIGNALS = {"postgres": signal.SIGINT}
"""PostgreSQL takes SIGTERM as "wait until every client has left", SIGINT as "disconnect them and stop"."""
_PAUSE_S = 0.01


def end_family(name: str, family: Sequence[psutil.Process], within_s: float) -> None:
    """Ask the first of `family`, its leader, to end; what is there after `within_s` is killed.

    Raises NotAppliedError.
    """
    for leader in family[:1]:
        send(leader, _STOP_SIGNALS.get(name, signal.SIGTERM))
    for one in family:
        send(one, signal.SIGCONT)  # one that is frozen sees the signal only once it goes on
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s and not all(has_ended(one) for one in family):
        time.sleep(_PAUSE_S)
    kill_all(one for one in family if not has_ended(one))
