"""How a fault is undone, as `undo.jsonl` keeps it: all that a later process needs."""

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from chaos.errors import InvalidArgumentError
from chaos.faults import FAULTS, find_kind
from chaos.faults.fault import Mark
from chaos.faults.kind import BoundFault
from chaos.history import Occurrence
from evidence.undo_record import UndoRecord, UndoState

_BEFORE = TypeAdapter(dict[str, str])


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """A fault on its target, its occurrence and its mark."""

    occurrence: Occurrence
    bound: BoundFault
    mark: Mark
    runner: str = ""
    """The process that makes it, as `Runner` writes itself; empty where nobody watches."""

    def record(self, state: UndoState, at_ns: int, timeline_file: Path | str | None) -> UndoRecord:
        """The line that says so."""
        return UndoRecord(
            id=self.occurrence.id,
            at_ns=at_ns,
            state=state,
            kind=self.bound.undo_kind,
            parameters={
                **self.bound.target_parameters(),
                "target": self.bound.target,
                "experiment": self.occurrence.experiment,
                "fault_parameters": json.dumps(self.bound.fault_parameters()),
                "before": json.dumps(self.mark.before),
                "runner": self.runner,
            },
            fault=self.bound.fault,
            timeline_file=None if timeline_file is None else str(timeline_file),
        )


def read_plan(record: UndoRecord) -> UndoPlan:
    """What a line says.

    Raises InvalidArgumentError, NotLoopbackError for a line of another version or another hand.
    """
    where, parameters = f"undo {record.id}", record.parameters
    known = sorted({kind.undo_kind for kind in FAULTS})
    if record.kind not in known:
        raise InvalidArgumentError(
            f"{where}: kind {record.kind!r} is unknown: must be one of {', '.join(known)}."
        )
    kind = find_kind(record.fault)
    if kind.undo_kind != record.kind:
        raise InvalidArgumentError(
            f"{where}: fault {record.fault!r} is undone as {kind.undo_kind!r}, not as {record.kind!r}."
        )
    try:
        fault = kind.make(json.loads(parameters["fault_parameters"]))
        bound = fault.on_recorded(parameters, where)
        before = _BEFORE.validate_json(parameters.get("before", "{}"))
        experiment = parameters["experiment"]
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidArgumentError(f"{where}: a parameter is missing or damaged: {error!r}.") from error
    return UndoPlan(
        Occurrence(record.id, record.fault, experiment, bound.target),
        bound,
        Mark(record.id, before),
        parameters.get("runner", ""),
    )


def target_of(record: UndoRecord) -> str:
    """The name of what a line is about, as far as it tells."""
    return record.parameters.get("target") or record.parameters.get("proxy") or "?"
