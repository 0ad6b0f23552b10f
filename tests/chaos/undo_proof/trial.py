"""Runs one trial with Chaos Toolkit on the real stack, and looks what is left."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from chaos.address import Address
from chaos.errors import ChaosError
from chaos.processes.restart import belonging_of, running
from chaos.processes.tree import is_stopped, members
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from chaos.undo import heal
from evidence.documents import read_document
from evidence.home import Home
from evidence.lease_record import LeaseRecord, leases_dir
from evidence.ports import HOST, StackPorts
from evidence.stack_record import StackProcess, read_stack
from evidence.timeline import TimelineEventName, read_timeline
from evidence.undo_record import left_broken
from tests.chaos.undo_proof.schedule import Trial
from tests.chaos.waiting import wait_for

HEALS_WITHIN_S = 2.0
_BEGINS_WITHIN_S = 60.0
_SETTLES_WITHIN_S = 90.0
_LOOK_S = 0.02


@dataclass(frozen=True)
class Outcome:
    """What a trial came to; `left` is empty when nothing was left in time."""

    seed: int
    watchdog_too: bool
    faults: tuple[str, ...]
    killed_after_s: float
    healed_after_s: float | None
    """From the runner's death until nothing was broken any more; None when that took too long."""
    planned: int
    """Faults that were written down when it died."""
    left: tuple[str, ...]


class Laboratory:
    """The real stack, and experiments that are killed on it."""

    def __init__(self, home: Home, path: Path) -> None:
        self._home, self._path = home, path
        self._toxiproxy = Toxiproxy(Address(HOST, StackPorts(home.port_base).toxiproxy_admin))

    def run(self, trial: Trial) -> Outcome:
        """Start its experiment, kill the runner (and the watchdog), and look."""
        self._require_sound()
        folder = self._path / f"{'both' if trial.watchdog_too else 'runner'}-{trial.seed}"
        shutil.rmtree(folder, ignore_errors=True)
        timeline = folder / "run" / "timeline.jsonl"
        process = self._start(trial, folder)
        try:
            wait_for(lambda: _has_begun(timeline), "the first fault is being made", within_s=_BEGINS_WITHIN_S)
            with suppress(subprocess.TimeoutExpired):
                process.wait(trial.killed_after_s)
            planned = len(left_broken(self._home.undo_file))
            if trial.watchdog_too:
                self._kill_watchdog()
            process.kill()
            died_s = time.monotonic()
            process.wait()
            if trial.watchdog_too:
                heal(self._home, Timing.real())
                left, healed_after_s = self._left(), time.monotonic() - died_s
            else:
                left, healed_after_s = self._until_healed(died_s)
        finally:
            process.kill()
            process.wait()
        left = left or self._settle()
        if not left:
            shutil.rmtree(folder)
        faults = tuple(f"{one.fault} of {one.target}" for one in trial.breaks)
        return Outcome(
            trial.seed,
            trial.watchdog_too,
            faults,
            trial.killed_after_s,
            None if left else healed_after_s,
            planned,
            left,
        )

    def _start(self, trial: Trial, folder: Path) -> "subprocess.Popen[bytes]":
        run_dir = folder / "run"
        run_dir.mkdir(parents=True)
        experiment = folder / "experiment.yaml"
        experiment.write_text(yaml.safe_dump(_experiment(trial, run_dir, self._home.port_base)))
        chaos = str(Path(sys.executable).with_name("chaos"))
        with (folder / "chaos.log").open("wb") as log:
            return subprocess.Popen(
                [chaos, "--no-version-check", "run", "--rollback-strategy", "always", str(experiment)],
                cwd=folder,
                env=os.environ | {"STORMPROOF_PORT_BASE": str(self._home.port_base)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _kill_watchdog(self) -> None:
        for lease in leases_dir(self._home.undo_file).glob("*.json"):
            pid = read_document(lease, LeaseRecord).watchdog_pid
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _until_healed(self, died_s: float) -> tuple[tuple[str, ...], float]:
        while True:
            left, took_s = self._left(), time.monotonic() - died_s
            if not left or took_s > HEALS_WITHIN_S:
                return left, took_s
            time.sleep(_LOOK_S)

    def _left(self) -> tuple[str, ...]:
        """What is broken: toxics, stopped processes, parts that do not run as they are registered."""
        return (*self._broken_proxies(), *self._broken_processes(), *self._holders())

    def _holders(self) -> Iterator[str]:
        for process in psutil.process_iter(["cmdline"]):
            line = process.info["cmdline"] or []
            if "chaos.holding" in line and str(self._home.stack_file) in " ".join(line):
                yield f"process {process.pid} holds a fault"

    def _broken_proxies(self) -> Iterator[str]:
        try:
            for proxy in self._toxiproxy.proxies():
                if proxy.toxics or not proxy.enabled:
                    yield f"the proxy {proxy.name} is broken: {proxy}"
        except ChaosError as error:
            yield str(error)

    def _broken_processes(self) -> Iterator[str]:
        for registered in self._parts():
            now = running(registered)
            if now is None:
                yield f"{registered.name} was not started again"
            elif registered.fault is not None:
                yield f"{registered.name} runs as {registered.fault} made it"
            elif any(is_stopped(one) for one in members(now, belonging_of(registered))):
                yield f"{registered.name} is stopped"

    def _parts(self) -> tuple[StackProcess, ...]:
        return tuple(one for one in read_stack(self._home.stack_file).processes if one.role == "part")

    def _settle(self) -> tuple[str, ...]:
        """Wait until the watchdog has verified what it healed, and heal what it could not: what was left then
        may be what the dead runner had still asked for."""
        with suppress(AssertionError):
            wait_for(
                lambda: not left_broken(self._home.undo_file), "all is verified", within_s=_SETTLES_WITHIN_S
            )
        left = (
            *self._left(),
            *(f"{one.fault} is not struck off" for one in left_broken(self._home.undo_file)),
        )
        heal(self._home, Timing.real())
        undo_file = self._home.undo_file
        wait_for(lambda: not _watched(undo_file), "no watchdog is left", within_s=_SETTLES_WITHIN_S)
        return left

    def _require_sound(self) -> None:
        left = self._left()
        if left or left_broken(self._home.undo_file):
            raise AssertionError(f"the stack is broken before the trial: {left}")


def _experiment(trial: Trial, run_dir: Path, port_base: int) -> dict[str, object]:
    def action(name: str, func: str, arguments: dict[str, object]) -> dict[str, object]:
        provider = {"type": "python", "module": "chaos.actions", "func": func, "arguments": arguments}
        return {"type": "action", "name": name, "provider": provider}

    breaks = [
        action(
            f"break-{one.target}",
            "inject",
            {"fault": one.fault, "targets": [one.target], "parameters": one.parameters},
        )
        for one in trial.breaks
    ]
    return {
        "title": f"Trial {trial.seed}",
        "description": "Killed at a random moment.",
        "configuration": {
            "experiment": f"trial-{trial.seed}",
            "run_dir": str(run_dir),
            "port_base": str(port_base),
        },
        "method": [*breaks, action("hold", "hold", {"duration_s": 60})],
        "rollbacks": [action("heal", "heal", {})],
        "controls": [{"name": "timeline", "provider": {"type": "python", "module": "chaos.controls"}}],
    }


def _has_begun(timeline: Path) -> bool:
    return any(one.event is TimelineEventName.INJECTING for one in read_timeline(timeline))


def _watched(undo_file: Path) -> bool:
    """A watchdog of this stack runs."""
    for process in psutil.process_iter(["cmdline", "status"]):
        line = process.info["cmdline"] or []
        if "chaos.watchdog" in line and str(undo_file) in line:
            return bool(process.info["status"] != psutil.STATUS_ZOMBIE)
    return False
