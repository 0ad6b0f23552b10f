"""The phases of a run on the board."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from stormproof.console import StepBoard
from stormproof.run.phases import PhaseSpan


@contextmanager
def phase_lines(board: StepBoard) -> Iterator[Callable[[PhaseSpan], None]]:
    """A line for each phase on the board, done when the next one starts or the walk is over."""
    line: tuple[str, str] | None = None

    def end() -> None:
        if line is not None:
            board.tell(*line, done=True)

    def on_phase(span: PhaseSpan) -> None:
        nonlocal line
        end()
        phase = span.phase
        names = [one.experiment for one in phase.planned]
        what = f"experiment{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else "no fault"
        line = (phase.name, f"{phase.duration_s:g} s, {what}")
        board.tell(*line)

    yield on_phase
    end()
