"""What Chaos Toolkit calls around an experiment, so that its timeline tells all of it.

An experiment that lists this module under `controls` gets a run folder where none is given, and a `failed`
event where it ended without a fault (the steady state was not met, a dry run) or with one left behind.
"""

import logging
import time
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from chaoslib.exceptions import InterruptExecution
from pydantic import JsonValue

from chaos.errors import ChaosError
from chaos.interrupts import Interrupts
from chaos.session import WRITER, Session, experiment_name, read_session
from evidence.errors import InvalidFile
from evidence.run_folder import create_run_folder
from evidence.timeline import (
    TimelineEvent,
    TimelineEventName,
    TimelineKind,
    append_event,
    fault_windows,
    read_timeline,
)
from evidence.undo_record import left_broken

RUNS_DIR = Path("runs")
"""Where run folders are made, below the present folder."""

_FAILED_PREFIX = "chaoslib.exceptions.ActivityFailed: "

_logger = logging.getLogger("chaostoolkit")
_interrupts = Interrupts()
"""Of this process, as signal handlers are."""


def before_experiment_control(context: object, configuration: MutableMapping[str, object]) -> None:  # noqa: ARG001 -- Chaos Toolkit's signature
    """Make sure of a run folder and of interrupts, and note the start.

    Raises InterruptExecution when that cannot be.
    """
    _interrupts.install()
    try:
        if not configuration.get("run_dir"):
            name = experiment_name(configuration)
            configuration["run_dir"] = str(create_run_folder(RUNS_DIR, name, time.time_ns()).path)
        session = read_session(configuration)
        _note(session, TimelineEventName.STARTED, {})
    except (ChaosError, OSError) as error:
        raise InterruptExecution(str(error)) from error
    _logger.info("Evidence: %s", session.run.path)


def after_experiment_control(
    context: object,  # noqa: ARG001 -- Chaos Toolkit's signature
    state: Mapping[str, object] | None,
    configuration: Mapping[str, object],
) -> None:
    """Tell a fault that was never made, one that was left behind, and how the experiment ended."""
    _interrupts.remove()
    try:
        session = read_session(configuration)
        _tell_unfinished(session)
        _tell_nothing_broken(session, state or {})
        journal = state or {}
        _note(
            session,
            TimelineEventName.ENDED,
            {"status": str(journal.get("status")), "deviated": bool(journal.get("deviated"))},
        )
    except (ChaosError, InvalidFile, OSError) as error:
        # Chaos Toolkit drops what a control raises.
        _logger.critical("The timeline is not complete: %s", error)


def _tell_unfinished(session: Session) -> None:
    """Tell each fault that is neither healed nor failed: left behind, or interrupted before it was made."""
    broken = {record.id for record in left_broken(session.home.undo_file)}
    for window in fault_windows(read_timeline(session.run.timeline_file)):
        if window.experiment != session.experiment or window.healed or window.failures:
            continue
        reason = (
            "still broken at the end of the experiment. Heal it with: stormproof heal"
            if window.id in broken
            else "interrupted before anything was broken."
        )
        _fail(session, window.name, window.id, window.target, reason)


def _tell_nothing_broken(session: Session, journal: Mapping[str, object]) -> None:
    """Tell an experiment that ended without any fault."""
    told = False
    for event in read_timeline(session.run.timeline_file):
        if event.experiment == session.experiment:
            if event.kind is TimelineKind.NOTE and event.event is TimelineEventName.STARTED:
                told = False
            told = told or event.kind is TimelineKind.FAULT
    if not told:
        reason = f"the experiment ended as {journal.get('status')} without a fault{_unmet(journal)}."
        _fail(session, session.experiment, f"{session.experiment}.{time.time_ns()}", None, reason)


def _unmet(journal: Mapping[str, object]) -> str:
    """What the steady-state hypothesis said, as far as the journal tells it."""
    states = journal.get("steady_states")
    before = states.get("before") if isinstance(states, Mapping) else None
    if not isinstance(before, Mapping) or before.get("steady_state_met"):
        return ""
    probes = before.get("probes")
    last = probes[-1] if isinstance(probes, list) and probes else {}
    trace = last.get("exception") if isinstance(last, Mapping) else None
    lines = "".join(str(part) for part in trace).strip().splitlines() if isinstance(trace, list) else []
    said = lines[-1] if lines else "a probe is out of tolerance"
    return f": the steady state was not met before the method: {said.removeprefix(_FAILED_PREFIX)}"


def _fail(session: Session, fault: str, occurrence_id: str, target: str | None, reason: str) -> None:
    append_event(
        session.run.timeline_file,
        TimelineEvent(
            at_ns=time.time_ns(),
            kind=TimelineKind.FAULT,
            name=fault,
            event=TimelineEventName.FAILED,
            writer=WRITER,
            id=occurrence_id,
            experiment=session.experiment,
            target=target,
            detail={"step": "experiment", "reason": reason},
        ),
    )


def _note(session: Session, event: TimelineEventName, detail: Mapping[str, JsonValue]) -> None:
    append_event(
        session.run.timeline_file,
        TimelineEvent(
            at_ns=time.time_ns(),
            kind=TimelineKind.NOTE,
            name=session.experiment,
            event=event,
            writer=WRITER,
            experiment=session.experiment,
            detail=detail,
        ),
    )
