"""What the method and the rollbacks of an experiment name: inject, hold, heal.

Chaos Toolkit goes on after an action that failed, and exits 0: so a fault that cannot be made or is not felt
is told in the timeline, healed, and interrupts the experiment.
"""

import logging
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from chaoslib.exceptions import InterruptExecution
from pydantic import JsonValue

from chaos.errors import ChaosError, InvalidArgumentError
from chaos.faults import make_fault
from chaos.healing import Healer, Healing, HealState
from chaos.history import Occurrence
from chaos.injection import Injection
from chaos.session import WRITER, Session, read_session
from chaos.targets.names import target_names
from chaos.timing import Timing
from chaos.undo import heal_orphans
from chaos.watchdog.keeper import ensure_watched
from chaos.watchdog.lease import LONGEST_HOLD_S
from evidence.errors import InvalidFile
from evidence.undo_record import left_broken

__all__ = ["heal", "hold", "inject"]

_logger = logging.getLogger("chaostoolkit")


def inject(
    fault: str,
    targets: Sequence[str] | str,
    parameters: Mapping[str, JsonValue] | None = None,
    configuration: Mapping[str, object] | None = None,
) -> list[dict[str, JsonValue]]:
    """Break each target; return once every one is felt: its id, and milliseconds until it was verified.

    `targets` are names of what the fault breaks, or `all`: every proxy of the Toxiproxy; `parameters` are
    those of the fault. Raises Chaos Toolkit's InterruptExecution when a fault cannot be made or is not felt;
    what was broken is healed then.
    """
    timing = Timing.real()
    session = _session(configuration)
    try:
        return _inject(session, timing, fault, targets, parameters or {})
    except (ChaosError, InvalidFile, OSError) as error:
        try:
            _tell(heal_experiment(session, timing))
        except OSError:
            _logger.exception("What was broken is not healed. Heal it with: stormproof heal")
        named = targets if isinstance(targets, str) else ", ".join(targets)
        raise InterruptExecution(f"{fault} of {named} is not evidence: {error}") from error


def hold(duration_s: float | str) -> float:
    """Let the fault last; an interrupt ends it at once. Raises InvalidArgumentError for a bad duration."""
    try:
        wanted_s = float(duration_s)
    except ValueError:
        wanted_s = -1.0
    if not 0 <= wanted_s <= LONGEST_HOLD_S:
        raise InvalidArgumentError(
            f"duration_s: {duration_s!r}: must be a number of seconds from 0 to {LONGEST_HOLD_S:g}, "
            "as in --var hold_s=15."
        )
    Timing.real().sleep(wanted_s)
    return wanted_s


def heal(configuration: Mapping[str, object] | None = None) -> list[dict[str, JsonValue]]:
    """Heal what this experiment has broken in this run; safe to repeat.

    Interrupts wait until it is done, some seconds at most. Raises ChaosError when something stays broken.
    """
    session = _session(configuration)
    healings = heal_experiment(session, Timing.real())
    _tell(healings)
    broken = [one for one in healings if one.state is not HealState.HEALED]
    if broken:
        raise ChaosError(
            "; ".join(f"{one.fault} of {one.target}: {one.state}: {one.detail}" for one in broken)
            + " What is still broken is in undo.jsonl: heal it with: stormproof heal"
        )
    return [{"id": one.id, "target": one.target, "detail": one.detail} for one in healings]


def heal_experiment(session: Session, timing: Timing) -> tuple[Healing, ...]:
    """Heal what the experiment has broken in its run, the newest first. Raises OSError
    when `undo.jsonl` cannot be read."""
    healer = Healer(session.home.undo_file, WRITER, timing)
    with _interrupts_waiting():
        return healer.heal_all(
            [
                record
                for record in left_broken(session.home.undo_file)
                if record.timeline_file == str(session.run.timeline_file)
                and record.parameters.get("experiment") == session.experiment
            ]
        )


def _inject(
    session: Session,
    timing: Timing,
    fault: str,
    targets: Sequence[str] | str,
    parameters: Mapping[str, JsonValue],
) -> list[dict[str, JsonValue]]:
    history = session.history(timing)
    try:
        made = make_fault(fault, parameters)
        names = target_names(session.whereabouts, targets)
    except ChaosError as error:
        unknown = Occurrence(f"{session.experiment}.{timing.clock.now_ns()}", fault, session.experiment, None)
        history.failed(unknown, "inject", str(error))
        raise
    _tell(heal_orphans(session.home, timing))
    ensure_watched(session.home.undo_file)
    injection = Injection(
        session.experiment,
        session.whereabouts,
        session.home.undo_file,
        history,
        timing,
        session.service_doors,
    )
    return [
        {
            "id": felt.occurrence.id,
            "target": felt.occurrence.target,
            "verified_after_ms": round(felt.verified_after_ms, 3),
        }
        for felt in injection.break_all(made, names)
    ]


def _session(configuration: Mapping[str, object] | None) -> Session:
    try:
        return read_session(configuration or {})
    except ChaosError as error:
        raise InterruptExecution(str(error)) from error


def _tell(healings: Sequence[Healing]) -> None:
    for one in healings:
        level = logging.INFO if one.state is HealState.HEALED else logging.ERROR
        _logger.log(level, "%s of %s: %s. %s", one.fault, one.target, one.state, one.detail)


@contextmanager
def _interrupts_waiting() -> Iterator[None]:
    """Interrupts that arrive inside are delivered at its end: a second Ctrl-C leaves no fault behind."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
