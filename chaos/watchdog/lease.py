"""The lease of a runner: as long as it lasts, what it has broken may stay so."""

from dataclasses import dataclass
from pathlib import Path

from chaos.watchdog.runner import Runner
from evidence.documents import read_document, write_document
from evidence.errors import InvalidFile
from evidence.lease_record import LeaseRecord, leases_dir

LONGEST_HOLD_S = 3600.0
"""A fault that is to last longer is a mistake in the file."""

LONGEST_LEASE_S = LONGEST_HOLD_S + 300.0
"""From the last injection on; beyond the longest hold, for what comes before and after it."""

LEASE_S = 30.0
"""A runner that is stopped, or hangs with its interpreter, keeps what it has broken for this long."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One runner's lease, in its file."""

    runner: Runner
    undo_file: Path

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return leases_dir(self.undo_file) / f"{self.runner.pid}.json"

    def write(self, ends_monotonic_ns: int, watchdog_pid: int | None) -> None:
        """Let it last until then. Raises OSError."""
        runner = self.runner
        record = LeaseRecord(
            runner.pid, runner.created_at_s, watchdog_pid, ends_monotonic_ns, runner.birth
        )  # fmt: skip -- one line
        write_document(self.file, record, LeaseRecord)

    def left_s(self, now_monotonic_ns: int) -> float:
        """Until it ends; none is left of one that cannot be read."""
        try:
            record = read_document(self.file, LeaseRecord)
        except InvalidFile:
            return 0.0
        if record.runner_pid != self.runner.pid:
            return 0.0
        return (record.ends_monotonic_ns - now_monotonic_ns) / 1e9

    def end(self) -> None:
        """Remove it; harmless where there is none."""
        self.file.unlink(missing_ok=True)


def clear_leases(undo_file: Path) -> None:
    """Remove the leases of runners that are dead: their watchdogs were killed before they could.

    Raises OSError.
    """
    for file in leases_dir(undo_file).glob("*.json"):
        try:
            record = read_document(file, LeaseRecord)
        except InvalidFile:
            file.unlink(missing_ok=True)
            continue
        if not Runner(record.runner_pid, record.runner_created_at_s, record.runner_birth).lives:
            file.unlink(missing_ok=True)
