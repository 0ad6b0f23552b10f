"""The folder of one run, `runs/<id>/`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evidence.documents import read_document, write_document
from evidence.drill_record import DrillRecord
from evidence.run_record import RunRecord
from evidence.verdict_record import VerdictRecord

_LONGEST_NAME = 100
"""Of a plan in the folder's name: file systems allow 255 bytes, of which a character may take two."""
WATCH_MARK = "part-of-a-watch"
"""A file of this name says that the run is a part of a watch, which probes without end."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where the evidence of one run lies. The folder's name is the run's id."""

    path: Path

    @property
    def id(self) -> str:
        """UTC time and plan name."""
        return self.path.name

    @property
    def run_file(self) -> Path:
        """How the run was made."""
        return self.path / "run.json"

    @property
    def timeline_file(self) -> Path:
        """Phases and faults."""
        return self.path / "timeline.jsonl"

    @property
    def experiments_file(self) -> Path:
        """What became of each experiment."""
        return self.path / "experiments.jsonl"

    @property
    def verdict_file(self) -> Path:
        """The answer."""
        return self.path / "verdict.json"

    @property
    def drill_file(self) -> Path:
        """What a drill came to."""
        return self.path / "drill.json"

    @property
    def is_part_of_watch(self) -> bool:
        """Whether it was made by a watch: what lies between two of its parts was not looked at."""
        return (self.path / WATCH_MARK).exists()

    @property
    def logs_dir(self) -> Path:
        """What the processes of the run printed, and Chaos Toolkit's journals."""
        return self.path / "logs"

    def read_run(self) -> RunRecord:
        """Raises InvalidFile."""
        return read_document(self.run_file, RunRecord, next_step="Name a run folder: it holds a run.json.")

    def write_run(self, record: RunRecord) -> None:
        """Replaces it, atomically."""
        write_document(self.run_file, record, RunRecord)

    def read_drill(self) -> DrillRecord:
        """Raises InvalidFile."""
        return read_document(self.drill_file, DrillRecord, next_step="Make one with: stormproof drill --list")

    def write_drill(self, record: DrillRecord) -> None:
        """Replaces it, atomically."""
        write_document(self.drill_file, record, DrillRecord)

    def read_verdict(self) -> VerdictRecord:
        """Raises InvalidFile."""
        return read_document(
            self.verdict_file, VerdictRecord, next_step=f"Make it with: stormproof slo {self.path}"
        )

    def write_verdict(self, record: VerdictRecord) -> None:
        """Replaces it, atomically."""
        write_document(self.verdict_file, record, VerdictRecord)


def create_run_folder(runs_dir: Path, plan: str, now_ns: int) -> RunFolder:
    """A new folder for a run of `plan`; a number follows where one of that second exists already.

    What a plan's name has beside letters, digits, dots, hyphens and underscores is a hyphen in the folder's.
    """
    moment = datetime.fromtimestamp(now_ns // 1_000_000_000, UTC)
    base = f"{moment:%Y%m%dT%H%M%SZ}-{re.sub(r'[^\w.-]+', '-', plan)[:_LONGEST_NAME]}"
    runs_dir.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = runs_dir / (base if number == 1 else f"{base}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return RunFolder(path.absolute())
