"""What the watchdog does: wait for the end of the runner or of its lease, and heal."""

import logging
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from chaos.healing import Healer, Healing, HealState
from chaos.timing import Timing
from chaos.watchdog.lease import Lease
from chaos.watchdog.runner import Runner, end_of
from evidence.undo_record import UndoRecord, left_broken

WRITER = "watchdog"

_LOOK_S = 0.5
"""How often the lease is looked at."""
_ROUNDS = 3
"""What cannot be healed at once may be later: a dependency that takes its time to start."""

_PAUSE_S = 0.5
"""Longer before each further round."""

_logger = logging.getLogger("stormproof.watchdog")


@dataclass
class Orders:
    """What a signal asks for: SIGTERM to heal now, and to end."""

    heal_now: bool = field(default=False)

    def install(self) -> None:
        """Only for the main thread. What a terminal sends to everybody is not meant for the watchdog."""
        signal.signal(signal.SIGTERM, self._note)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- a handler's signature
        self.heal_now = True


@dataclass(frozen=True, slots=True)
class Watchdog:
    """Of one runner."""

    runner: Runner
    undo_file: Path
    timing: Timing
    supervisor: Runner | None = None
    """Who started the runner to judge it, and would end it where users suffer; None for one that is alone."""

    def watch(self, orders: Orders) -> bool:
        """Returns once the runner has ended, or on SIGTERM, and what it had broken is healed; whether all is.

        When only its lease ends, that is healed too, and a runner that goes on is watched further. A runner
        whose supervisor has ended is told to end (SIGINT): it rolls back, and breaks nothing more.
        """
        alone = False
        lease = Lease(self.runner, self.undo_file)
        with end_of(self.runner) as end:
            while True:
                ended = end.within(_LOOK_S)
                if ended or orders.heal_now:
                    healed = self._heal("the runner has ended" if ended else "told to by SIGTERM")
                    if ended:
                        lease.end()
                    return healed
                if not alone and self.supervisor is not None and not self.supervisor.lives:
                    alone = True
                    self._interrupt_runner()
                    self._heal("who supervised the runner has ended")
                if lease.left_s(time.monotonic_ns()) <= 0:
                    self._heal("the lease has ended")

    def _heal(self, reason: str) -> bool:
        for number in range(_ROUNDS):
            self.timing.sleep(number * _PAUSE_S)
            try:
                left = runner_left(self.undo_file, self.runner)
                if not left:
                    return True
                _logger.warning("%s (pid %d): healing %d faults", reason, self.runner.pid, len(left))
                _tell(Healer(self.undo_file, WRITER, self.timing).heal_all(left))
            except OSError:
                _logger.exception("Nothing can be healed. Heal it with: stormproof heal")
        return self._nothing_left()

    def _interrupt_runner(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if self.runner.lives:
                os.kill(self.runner.pid, signal.SIGINT)

    def _nothing_left(self) -> bool:
        try:
            return not runner_left(self.undo_file, self.runner)
        except OSError:
            return False


def runner_left(undo_file: Path, runner: Runner) -> tuple[UndoRecord, ...]:
    """What that runner has broken and nobody healed, the newest first. Raises OSError."""
    return tuple(one for one in left_broken(undo_file) if one.parameters.get("runner") == str(runner))


def _tell(healings: tuple[Healing, ...]) -> None:
    for one in healings:
        level = logging.INFO if one.state is HealState.HEALED else logging.ERROR
        _logger.log(level, "%s of %s: %s. %s", one.fault, one.target, one.state, one.detail)
