"""How a load goes, below the lines of what goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtests.live.show import follow
from loadtests.live.watch import LiveWatch, watching
from stormproof.console import StepBoard


@contextmanager
def live_view(board: StepBoard, run_dir: Path, duration_s: float | None) -> Iterator[None]:
    """The load that records in `run_dir` is on the board as long as the block lasts; then its last state."""
    ended = threading.Event()
    board.load_begins(run_dir, duration_s)
    with watching(run_dir) as watch:
        watcher = threading.Thread(target=_follow, args=(watch, board, duration_s, ended), name="live-view")
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def _follow(watch: LiveWatch, board: StepBoard, duration_s: float | None, ended: threading.Event) -> None:
    try:
        follow(watch, board, duration_s, ended.wait)
    except ValueError as error:
        board.note(f"The live view ends: {error}")
