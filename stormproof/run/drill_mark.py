"""A mark in the stack's folder while a drill goes on: parts may be dead, and data set aside, on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.documents import replace_file
from evidence.home import Home


@contextmanager
def drill_mark(home: Home, run: str) -> Iterator[None]:
    """The mark is there within the block; it stays when the block is killed, or raises."""
    replace_file(_file(home), run.encode())
    yield
    remove_drill_mark(home)


def is_drill_marked(home: Home) -> bool:
    """Whether a drill goes on, or was cut."""
    return _file(home).exists()


def remove_drill_mark(home: Home) -> None:
    """The stack is whole again."""
    _file(home).unlink(missing_ok=True)


def _file(home: Home) -> Path:
    return home.state_dir / "drill"
