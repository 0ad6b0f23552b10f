"""One program: downloaded into a partial folder that is renamed when it is complete."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stack.cancellation import Cancellation
from stack.disk import FreeSpaceProbe, disk_full_explained, free_bytes, require_free_space
from stack.files import make_readable, remove_tree, sync_folder
from stack.lock import file_lock

type Tell = Callable[[str, str], None]
"""Called with a step and its detail."""

_LOCK_TIMEOUT_S = 900.0
"""As long as a slow line may need for another process's download of the same program."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What an installer gets: an empty folder to fill, and ways to tell, to give up and to get a tool."""

    target: Path
    """Becomes the program's folder once the installer returns."""
    work: Path
    """For what is needed only while installing; removed afterwards."""
    tell: Tell
    cancellation: Cancellation
    store: "ProgramStore"


@dataclass(frozen=True, slots=True)
class Program:
    """A pinned program."""

    name: str
    version: str
    title: str
    needed_mb: int
    """Room that installing it takes at its peak."""
    install: Callable[[Installation], None]

    @property
    def folder_name(self) -> str:
        """Its folder in the programs folder: another version is another folder."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class ProgramStore:
    """The folder of downloaded programs; several stacks, and several processes, share it."""

    programs_dir: Path
    cancellation: Cancellation = field(default_factory=Cancellation)
    probe: FreeSpaceProbe = free_bytes

    def folder(self, program: Program) -> Path:
        """Where `program` is, or will be."""
        return self.programs_dir / program.folder_name

    def has(self, program: Program) -> bool:
        """Whether it is there, whole."""
        return self.folder(program).is_dir()

    def ensure(self, program: Program, tell: Tell) -> Path:
        """The folder of `program`, installed now if it is not there; needs no network if it is.

        Raises DownloadFailed, DownloadAltered, DiskFull, StackBusy, Cancelled.
        """
        if self.has(program):
            return self.folder(program)
        lock = self.programs_dir / ".locks" / f"{program.folder_name}.lock"
        with (
            disk_full_explained(self.programs_dir, f"installing {program.title} {program.version}"),
            file_lock(
                lock,
                timeout_s=_LOCK_TIMEOUT_S,
                purpose=f"downloading {program.title}",
                on_wait=lambda holder: tell(
                    f"waiting for process {holder} that downloads {program.title}", ""
                ),
                check=self.cancellation.check,
            ),
        ):
            if not self.has(program):
                self._install(program, tell)
        return self.folder(program)

    def _install(self, program: Program, tell: Tell) -> None:
        require_free_space(self.programs_dir, program.needed_mb, f"installing {program.title}", self.probe)
        # Left by a command that was killed; nobody works in them, for we hold the lock.
        partial = self.programs_dir / f"{program.folder_name}.partial"
        work = self.programs_dir / "work" / program.folder_name
        remove_tree(partial)
        remove_tree(work)
        try:
            partial.mkdir(parents=True)
            work.mkdir(parents=True)
            program.install(Installation(partial, work, tell, self.cancellation, self))
            make_readable(partial)
            partial.rename(self.folder(program))
            sync_folder(self.programs_dir)
        finally:
            remove_tree(work)
            remove_tree(partial)
