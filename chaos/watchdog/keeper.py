"""In the runner: its watchdog is there before anything is broken, and its lease lasts while it lives."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from chaos.errors import NoWatchdogError
from chaos.watchdog.lease import LEASE_S, LONGEST_LEASE_S, Lease
from chaos.watchdog.runner import Runner, this_runner

MODULE = "chaos.watchdog"
READY = "ready"

_READY_WITHIN_S = 20.0
"""An interpreter with its imports starts in half a second, in several on two busy cores."""
_EXTEND_EVERY_S = LEASE_S / 6


class Keeper:
    """The watchdog and the lease of one runner for one `undo.jsonl`."""

    def __init__(self, runner: Runner, undo_file: Path, log_file: Path) -> None:
        self._lease = Lease(runner, undo_file)
        self._log_file = log_file
        self._lock = threading.Lock()
        self._watchdog: psutil.Process | None = None
        self._bound_ns = 0
        self._extending: threading.Thread | None = None

    def ensure(self) -> None:
        """Something is about to be broken: a watchdog watches, and the longest lease begins anew.

        Raises NoWatchdogError, OSError: then nothing may be broken.
        """
        with self._lock:
            self._bound_ns = time.monotonic_ns() + int(LONGEST_LEASE_S * 1e9)
            if not self._watched:
                self._watchdog = None
                self._extend()
                self._watchdog = psutil.Process(self._start())
            self._extend()
            if self._extending is None:
                self._extending = threading.Thread(target=self._keep_extending, daemon=True, name="lease")
                self._extending.start()

    @property
    def _watched(self) -> bool:
        try:
            return self._watchdog is not None and self._watchdog.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def _extend(self) -> None:
        ends_ns = min(time.monotonic_ns() + int(LEASE_S * 1e9), self._bound_ns)
        self._lease.write(ends_ns, None if self._watchdog is None else self._watchdog.pid)

    def _keep_extending(self) -> None:
        while True:
            time.sleep(_EXTEND_EVERY_S)
            with self._lock:
                if not self._watched:
                    continue
                try:
                    self._extend()
                except OSError:
                    continue  # a disk that is full for a while: the present lease outlasts that

    def _start(self) -> int:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        command = (sys.executable, "-P", "-m", MODULE, str(self._lease.undo_file), str(self._lease.runner))
        with (
            self._log_file.open("ab") as log,
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # what ends the runner's process group does not end it
            ) as starter,
        ):
            try:
                told, _ = starter.communicate(timeout=_READY_WITHIN_S)
            except subprocess.TimeoutExpired:
                starter.kill()
                told = b""
        match told.decode().split():
            case [word, pid] if word == READY and pid.isdigit():
                return int(pid)
            case _:
                raise NoWatchdogError(
                    f"The watchdog that heals when this process dies did not start (see {self._log_file}): "
                    "nothing was broken."
                )


_keepers: dict[Path, Keeper] = {}
"""Of this process, as its pid is."""


def ensure_watched(undo_file: Path) -> None:
    """This process is watched, and may break things that `undo_file` says how to undo. As `Keeper.ensure`."""
    keeper = _keepers.get(undo_file)
    if keeper is None:
        keeper = Keeper(this_runner(), undo_file, undo_file.with_name("logs") / "watchdog.log")
        _keepers[undo_file] = keeper
    keeper.ensure()
