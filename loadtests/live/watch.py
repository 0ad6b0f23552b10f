"""Following a run folder while its workers write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.live_record import LIVE
from evidence.record_follower import RecordFollower
from evidence.sample_record import SAMPLES
from loadtests.live.board import LiveBoard
from loadtests.live.state import LiveState


class LiveWatch:
    """Reads what is new, of workers that join later too."""

    def __init__(self, run_dir: Path) -> None:
        self._live = RecordFollower(run_dir, LIVE)
        self._samples = RecordFollower(run_dir, SAMPLES)
        self._board = LiveBoard()

    def refresh(self) -> LiveState | None:
        """The state by now; None before the first second is over.

        Raises ValueError, InvalidFile among it, for records of another version.
        """
        for sample in self._samples.records():
            self._board.measured(sample)
        for record in self._live.records():
            self._board.add(record)
        return self._board.state()

    def close(self) -> None:
        """Let go of the files."""
        self._live.close()
        self._samples.close()


@contextmanager
def watching(run_dir: Path) -> Iterator[LiveWatch]:
    """A watch on this folder for as long as the block lasts."""
    watch = LiveWatch(run_dir)
    try:
        yield watch
    finally:
        watch.close()
