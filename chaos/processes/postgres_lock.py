"""The lock file that a killed PostgreSQL leaves."""

from pathlib import Path

from evidence.stack_record import StackProcess

_DATA_OPTION = "-D"


def clear_dead_lock(process: StackProcess) -> None:
    """Remove it where it names the registered process, which must be known to have ended. Raises OSError.

    PostgreSQL does so itself, but not while the system still lists its dead predecessor: until the parent of
    that (in a container perhaps nobody, ever) has taken note of its end, it does not start.
    """
    if _DATA_OPTION not in process.argv[:-1]:
        return
    folder = Path(process.argv[process.argv.index(_DATA_OPTION) + 1])
    lock = folder / "postmaster.pid"
    if lock.exists() and lock.read_text().splitlines()[:1] == [str(process.pid)]:
        lock.unlink()
