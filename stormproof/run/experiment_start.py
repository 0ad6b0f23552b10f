"""An experiment as it is to be started."""

from dataclasses import dataclass
from pathlib import Path

from chaos.supervision.experiment_file import ExperimentFile


@dataclass(frozen=True, slots=True)
class ExperimentStart:
    """What is run, and how."""

    file: Path
    parsed: ExperimentFile
    hold_s: float
    name: str
    """Of its process, and of its journal and logs in the run folder."""
    cwd: Path
    """From where Chaos Toolkit looks up relative paths."""
    phase: str | None = None
    """Of the plan; None for an experiment alone."""
    further: tuple[str, ...] = ()
    """Options of `chaos run`."""
    confirmed: tuple[str, ...] = ()
    """Hosts off this machine that somebody said yes to."""
