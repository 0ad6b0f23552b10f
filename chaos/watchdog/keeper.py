"""In the runner: its watchdog is there before anything is broken, and its lease lasts while it lives."""

import os
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
SUPERVISOR = "STORMPROOF_SUPERVISOR"
"""In the environment of a runner: who started it to judge it."""
READY = "ready"

_READY_WITHIN_S = 20.0
"""An interpreter with its imports starts in half a second, in several on two busy cores."""
_EXTEND_EVERY_S = LEASE_S / 6
_NOT_WATCHING = frozenset({psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED})


class Keeper:
    """The watchdog and the lease of one runner for one `undo.jsonl`."""

    def __init__(
        self,
        runner: Runner,
        undo_file: Path,
        log_file: Path,
        *,
        supervisor: str = "",
        extend_every_s: float = _EXTEND_EVERY_S,
    ) -> None:
        """`supervisor` is who started the runner to judge it, as `Runner` writes itself; empty for nobody."""
        self._supervisor = supervisor
        self._lease = Lease(runner, undo_file)
        self._log_file, self._extend_every_s = log_file, extend_every_s
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
                self._watch_anew()
            self._extend()
            if self._extending is None:
                self._extending = threading.Thread(target=self._keep_extending, daemon=True, name="lease")
                self._extending.start()

    @property
    def _watched(self) -> bool:
        """One that is stopped (SIGSTOP) watches nobody."""
        try:
            return self._watchdog is not None and self._watchdog.status() not in _NOT_WATCHING
        except psutil.NoSuchProcess:
            return False

    def _watch_anew(self) -> None:
        self._watchdog = None
        self._extend()
        try:
            self._watchdog = psutil.Process(self._start())
        except psutil.NoSuchProcess as error:
            raise NoWatchdogError(
                f"The watchdog ended at once (see {self._log_file}): nothing was broken."
            ) from error

    def _extend(self) -> None:
        ends_ns = min(time.monotonic_ns() + int(LEASE_S * 1e9), self._bound_ns)
        self._lease.write(ends_ns, None if self._watchdog is None else self._watchdog.pid)

    def _keep_extending(self) -> None:
        while True:
            time.sleep(self._extend_every_s)
            with self._lock:
                try:
                    if not self._watched:
                        self._watch_anew()  # whoever killed it may be about to kill the runner
                    self._extend()
                except (OSError, NoWatchdogError):
                    continue  # a disk that is full for a while: the present lease outlasts that

    def _start(self) -> int:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", MODULE, str(self._lease.undo_file), str(self._lease.runner)]
        if self._supervisor:
            command.append(self._supervisor)
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
        log_file = undo_file.with_name("logs") / "watchdog.log"
        keeper = Keeper(this_runner(), undo_file, log_file, supervisor=os.environ.get(SUPERVISOR, ""))
        _keepers[undo_file] = keeper
    keeper.ensure()
