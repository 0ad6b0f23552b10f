"""The view of a load in the terminal that Locust was started in, drawn by a process of its own."""

import os
import subprocess
import sys
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

_ENDS_WITHIN_S = 3.0
_NICE = 19


def shows_view(parsed: Namespace) -> bool:
    """Whether who started Locust looks at its terminal and not at its web UI."""
    return bool(parsed.headless) and not parsed.no_live_view


class LiveView:
    """Open for as long as the load goes on."""

    def __init__(self, run_dir: Path, duration_s: float | None) -> None:
        self._command = [sys.executable, "-m", "loadtests.live", str(run_dir)]
        if duration_s is not None:
            self._command += ["--duration-s", repr(duration_s)]
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start to show."""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            preexec_fn=_stand_back,  # noqa: PLW1509 -- gevent's threads hold no lock that it takes
        )

    def close(self) -> None:
        """Show the last state, and stop."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        _let_go(process.pid)
        try:
            process.wait(timeout=_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _stand_back() -> None:
    """Whoever looks must not hold up what is looked at: it runs when nothing else wants to."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(_NICE)


def _let_go(pid: int) -> None:
    """The load is over: the last state may be shown on a busy machine too."""
    if hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):
            os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))
