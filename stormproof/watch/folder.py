"""The folder of a watch: its parts, each a run folder with a mark, and a lock against a second watch."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evidence.live_record import LIVE
from evidence.run_folder import WATCH_MARK, RunFolder, create_run_folder
from stormproof.errors import BadInput
from stormproof.watch.parts import outdated


@dataclass(frozen=True, slots=True)
class WatchFolder:
    """Where the parts are."""

    path: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Within the block it is ours. Raises BadInput where somebody else has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".watch.lock").open("ab") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BadInput(
                    f"{self.path}: another watch writes there. End it, or name another folder: --runs PATH"
                ) from error
            yield

    def new_part(self, name: str, start_ns: int) -> RunFolder:
        """A marked run folder, named by the instant at which its schedule begins."""
        folder = create_run_folder(self.path, name, start_ns)
        (folder.path / WATCH_MARK).touch()
        return folder

    def parts(self) -> tuple[RunFolder, ...]:
        """All of them, the oldest first."""
        return tuple(RunFolder(mark.parent.absolute()) for mark in sorted(self.path.glob(f"*/{WATCH_MARK}")))

    def parts_in(self, start_ns: int, end_ns: int) -> tuple[RunFolder, ...]:
        """Those that sent something and were under way in that time. Raises InvalidFile."""
        return tuple(
            part for part in self.parts() if part.run_file.exists() and _is_in(part, start_ns, end_ns)
        )

    def remove_outdated(self, keep: int, part_s: float) -> tuple[str, ...]:
        """Remove the parts that are outdated; their names. What is no part of a watch is never touched."""
        names = outdated([part.id for part in self.parts()], keep, part_s)
        for name in names:
            shutil.rmtree(self.path / name)
        return names


def _is_in(part: RunFolder, start_ns: int, end_ns: int) -> bool:
    run = part.read_run()
    begun_ns = run.started_ns if run.load_start_ns is None else run.load_start_ns
    return begun_ns < end_ns and (run.ended_ns is None or run.ended_ns >= start_ns)


def slim(part: RunFolder) -> None:
    """Drop what only those need who look while it goes on."""
    shutil.rmtree(part.path / LIVE.folder, ignore_errors=True)
