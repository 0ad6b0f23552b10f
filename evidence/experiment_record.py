"""What became of an experiment that ran under supervision: a line of `experiments.jsonl`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict

from evidence.jsonl import append_line, read_lines
from evidence.verdict_record import Verdict

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against an experiment, or that a reader should know of it."""

    __pydantic_config__ = _STRICT

    rule: str
    verdict: Verdict | None
    """What the experiment comes to because of it; None for a warning, which decides nothing."""
    where: str
    """A place in the experiment's file, as `method[0] (stop the database)`; empty for the whole of it."""
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


@dataclass(frozen=True, slots=True)
class ExperimentRecord:
    """One experiment, once."""

    __pydantic_config__ = _STRICT

    experiment: str
    """Its name: that of its file."""
    file: str
    phase: str | None
    """Of the plan; None for an experiment alone."""
    started_ns: int
    ended_ns: int
    exit_code: int | None
    """Of Chaos Toolkit, which says nothing of the faults; negative for a signal."""
    status: str | None
    """As Chaos Toolkit's journal tells it; None where there is no journal."""
    verdict: Verdict
    findings: tuple[Finding, ...]
    journal: str
    """Where Chaos Toolkit's journal is, or would be."""
    schema: Literal[1] = 1


def append_experiment(path: Path, record: ExperimentRecord) -> None:
    """Append one line, durably. Raises OSError."""
    append_line(path, record, ExperimentRecord)


def read_experiments(path: Path) -> tuple[ExperimentRecord, ...]:
    """All of them, in the order of their ends; none when there is no file. Raises InvalidFile."""
    return read_lines(path, ExperimentRecord)
