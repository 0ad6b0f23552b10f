"""Room on the disk: looked at before, and explained when it runs out."""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.errors import DiskFull

MEGABYTE = 1_000_000

type FreeSpaceProbe = Callable[[Path], int]
"""Free bytes of the file system that holds an existing folder."""


def free_bytes(folder: Path) -> int:
    """What an unprivileged user can still write there."""
    return shutil.disk_usage(folder).free


def nearest_existing(path: Path) -> Path:
    """`path`, or what is there of those above it: where it will be made."""
    return next(one for one in (path, *path.parents) if one.exists())


def require_free_space(folder: Path, needed_mb: int, purpose: str, probe: FreeSpaceProbe) -> None:
    """Raises DiskFull when `folder` (or where it will be made) has less than `needed_mb` free."""
    free_mb = probe(nearest_existing(folder)) // MEGABYTE
    if free_mb < needed_mb:
        raise DiskFull(
            f"{purpose} needs {needed_mb} MB, {free_mb} MB are free",
            where=str(folder),
            next_step=_NEXT_STEP,
        )


@contextmanager
def disk_full_explained(folder: Path, purpose: str) -> Iterator[None]:
    """Turn "no space left" into a DiskFull that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise disk_full(folder, purpose) from error


def disk_full(folder: Path, purpose: str) -> DiskFull:
    """The error for a disk that ran full in the middle of `purpose`."""
    return DiskFull(f"the disk ran full while {purpose}", where=str(folder), next_step=_NEXT_STEP)


_NEXT_STEP = "Free some space, or set STORMPROOF_HOME to a folder on another disk, and try again."
