"""What was broken and how to undo it: `undo.jsonl`, written and fsynced before anything is broken."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import ConfigDict

from evidence.errors import Problem
from evidence.jsonl import append_line, read_whole_lines


class UndoState(StrEnum):
    """Where an undo stands."""

    PLANNED = "planned"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """One line of `undo.jsonl`. An id that is planned and not done is something left broken."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    id: str
    at_ns: int
    state: UndoState
    kind: str
    """What kind of target is to be mended: toxiproxy, process, direct, service."""
    parameters: Mapping[str, str]
    """All that mending it needs: where the target is, the fault's strength, what was before it."""
    fault: str
    timeline_file: str | None
    """Where the fault's history is written, so that a late healing is told there."""


def append_undo(path: Path, record: UndoRecord) -> None:
    """Append one line, durably. Raises OSError: then nothing may be broken."""
    append_line(path, record, UndoRecord)


def left_broken(path: Path) -> tuple[UndoRecord, ...]:
    """What is planned and not done, the newest first: the order in which to undo. Raises OSError.

    A line that is none of these keeps nobody from undoing what the others say: `damaged_lines` tells it.
    """
    open_records: dict[str, UndoRecord] = {}
    records, _ = read_whole_lines(path, UndoRecord)
    for record in records:
        if record.state is UndoState.PLANNED:
            open_records[record.id] = record
        else:
            open_records.pop(record.id, None)
    return tuple(reversed(open_records.values()))


def damaged_lines(path: Path) -> tuple[Problem, ...]:
    """Whole lines that say nothing that can be understood here: of another version, or another hand.

    A line that was cut is none of them: it was not yet durable, so nothing had been broken. Raises OSError.
    """
    _, problems = read_whole_lines(path, UndoRecord)
    return problems
