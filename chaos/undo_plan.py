"""How a fault is undone, as `undo.jsonl` keeps it: all that a later process needs."""

import json
from dataclasses import dataclass
from pathlib import Path

from chaos.address import parse_address
from chaos.errors import InvalidArgumentError
from chaos.faults import make_fault
from chaos.faults.fault import Fault
from chaos.history import Occurrence
from chaos.probes import dialect_of
from chaos.target import Target
from chaos.toxiproxy import Toxiproxy
from evidence.undo_record import UndoRecord, UndoState

KIND = "toxiproxy"


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """A fault, its target and its occurrence."""

    occurrence: Occurrence
    fault: Fault
    target: Target

    def record(self, state: UndoState, at_ns: int, timeline_file: Path | str | None) -> UndoRecord:
        """The line that says so."""
        return UndoRecord(
            id=self.occurrence.id,
            at_ns=at_ns,
            state=state,
            kind=KIND,
            parameters={
                "admin": str(self.target.toxiproxy.admin),
                "proxy": self.target.name,
                "listen": str(self.target.listen),
                "experiment": self.occurrence.experiment,
                "fault_parameters": json.dumps(self.fault.parameters()),
            },
            fault=self.fault.name,
            timeline_file=None if timeline_file is None else str(timeline_file),
        )


def read_plan(record: UndoRecord) -> UndoPlan:
    """What a line says.

    Raises InvalidArgumentError, NotLoopbackError for a line of another version or another hand.
    """
    if record.kind != KIND:
        raise InvalidArgumentError(f"undo {record.id}: kind {record.kind!r} is unknown: must be {KIND!r}.")
    try:
        parameters = record.parameters
        proxy, experiment = parameters["proxy"], parameters["experiment"]
        admin, listen = parameters["admin"], parameters["listen"]
        fault = make_fault(record.fault, json.loads(parameters["fault_parameters"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"undo {record.id}: a parameter is missing or damaged: {error!r}."
        ) from error
    return UndoPlan(
        Occurrence(record.id, record.fault, experiment, proxy),
        fault,
        Target(
            proxy,
            Toxiproxy(parse_address(admin, f"undo {record.id}, admin")),
            parse_address(listen, f"undo {record.id}, listen"),
            dialect_of(proxy),
        ),
    )
