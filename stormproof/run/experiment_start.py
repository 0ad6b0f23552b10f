"""An experiment as it is to be started."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.loaded_configuration import loaded_configuration, without_dynamic
from chaos.supervision.run_options import replaced_configuration


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

    @property
    def configuration(self) -> dict[str, JsonValue]:
        """As its activities get it, without what only a probe could tell."""
        given = replaced_configuration(self.further) | {"hold_s": self.hold_s}
        return without_dynamic(loaded_configuration(self.parsed, given))

    @property
    def told_as(self) -> str:
        """Whose the timeline says that its faults are."""
        return str(self.configuration.get("experiment", self.file.stem))
