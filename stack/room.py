"""Room on the disk for a whole stack: programs that are not there yet, and data."""

from collections.abc import Iterable

from stack import layout
from stack.disk import nearest_existing, require_free_space
from stack.parts import StackPart
from stack.programs import Program, ProgramStore
from stack.settings import StackSettings

DATA_NEEDED_MB = 600
"""PostgreSQL's cluster and write-ahead log, the append-only file, and a demo's documents."""


def programs_of(parts: Iterable[StackPart]) -> tuple[Program, ...]:
    """What the parts are made of, each once."""
    return tuple(dict.fromkeys(program for part in parts for program in part.programs))


def require_room(settings: StackSettings, store: ProgramStore, parts: Iterable[StackPart]) -> None:
    """Raises DiskFull when there is too little for what is still to be downloaded, and for data."""
    programs_mb = sum(one.needed_mb for one in programs_of(parts) if not store.has(one))
    fresh = not settings.part_dir(layout.POSTGRES.name).exists()
    data_mb = DATA_NEEDED_MB if fresh else DATA_NEEDED_MB // 2
    folders = (settings.programs_dir, settings.data_dir)
    if len({nearest_existing(folder).stat().st_dev for folder in folders}) == 1:
        require_free_space(settings.data_dir, programs_mb + data_mb, "the stack", store.probe)
    else:
        require_free_space(settings.data_dir, data_mb, "the stack's data", store.probe)
        require_free_space(settings.programs_dir, programs_mb, "downloading programs", store.probe)
