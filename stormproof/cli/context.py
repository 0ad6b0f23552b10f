"""What every command needs: the home, consoles, and errors that become exit codes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from evidence.home import Home, resolve_home
from stormproof.cli.exits import errors_as_exit_codes
from stormproof.console import BoardListener, StepBoard

console = Console(highlight=False)
"""Results: what a program may read."""
progress_console = Console(stderr=True, highlight=False)
"""Progress: what goes on meanwhile."""

RUNS_DIR = Path("runs")
"""Where run folders are made, from the folder that the command is called in."""


@contextmanager
def command_home() -> Iterator[Home]:
    """The home that the environment names; errors within the block become exit codes."""
    with errors_as_exit_codes(RUNS_DIR):
        home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
        with errors_as_exit_codes(home.state_dir / "logs"):
            yield home


def tell_progress(line: str) -> None:
    """A line beside the results."""
    progress_console.print(line, markup=False, soft_wrap=True)


@contextmanager
def shown_board(listener: BoardListener | None = None) -> Iterator[StepBoard]:
    """A board of steps on the screen for as long as the block lasts."""
    with StepBoard(progress_console, listener).shown() as board:
        yield board
