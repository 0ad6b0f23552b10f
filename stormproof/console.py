"""What long steps tell while they go on: on a terminal lines that change in place, elsewhere plain lines."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

_NAME_COLUMNS = 22
"""Of a terminal, for what is going on; more where a name is longer."""


@dataclass(slots=True)
class _Line:
    """One thing that is going on."""

    what: str
    state: str
    started_s: float
    ended_s: float | None = None
    failed: bool = False
    detail: str = ""


class BoardListener(Protocol):
    """Is told the same, elsewhere than on the terminal; neither waits nor raises."""

    def step(self, what: str, state: str, *, done: bool, failed: bool) -> None:
        """`what` is now in `state`."""
        ...

    def load_begins(self, run_dir: Path, duration_s: float | None) -> None:
        """A load records in `run_dir` from now on."""
        ...


class StepBoard:
    """Lines of what is going on, each with its state and how long it took. Thread-safe."""

    def __init__(self, console: Console, listener: BoardListener | None = None) -> None:
        self._console = console
        self._listener = listener
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._picture: RenderableType | None = None

    def tell(
        self, what: str, state: str, *, detail: str = "", done: bool = False, failed: bool = False
    ) -> None:
        """`what` is now in `state`; a line appears at the first word of it.

        `detail` changes within a state, such as a share: only a terminal shows it.
        """
        now_s = time.monotonic()
        with self._lock:
            line = self._lines.setdefault(what, _Line(what, "", now_s))
            changed = line.state != state or (done and line.ended_s is None)
            if line.ended_s is not None and not (done or failed):
                line.started_s = now_s  # something new begins under the same name
            line.state, line.failed, line.detail = state, failed, detail
            line.ended_s = now_s if done or failed else None
            if changed and self._live is None:
                self._console.print(self._plain(line))
        if changed and self._listener is not None:
            self._listener.step(what, state, done=done, failed=failed)

    def load_begins(self, run_dir: Path, duration_s: float | None) -> None:
        """A load records in `run_dir` from now on: for who listens."""
        if self._listener is not None:
            self._listener.load_begins(run_dir, duration_s)

    def picture(self, picture: RenderableType) -> None:
        """What stands below the lines on a terminal, in place of what stood there; elsewhere nothing."""
        with self._lock:
            self._picture = picture

    def clear_picture(self) -> None:
        """Nothing stands below the lines any more."""
        with self._lock:
            self._picture = None

    def note(self, line: str) -> None:
        """A line of its own where there is no terminal; there a picture tells it."""
        if self._live is None:
            self._console.print(line, soft_wrap=True, markup=False)

    @contextmanager
    def shown(self) -> Iterator["StepBoard"]:
        """The board on the screen for as long as the block lasts; its lines stay afterwards."""
        if not self._console.is_terminal:
            yield self
            return
        with Live(get_renderable=self._render, console=self._console, refresh_per_second=8) as live:
            self._live = live
            try:
                yield self
            finally:
                self._live = None

    def _render(self) -> RenderableType:
        with self._lock:
            names = max([_NAME_COLUMNS, *(len(what) + 1 for what in self._lines)])
            rows = [self._row(line, names) for line in self._lines.values()]
            return Group(*rows) if self._picture is None else Group(*rows, Text(), self._picture)

    def _row(self, line: _Line, names: int) -> RenderableType:
        text = Text.assemble((line.what.ljust(names), "bold"), f"{line.state} {line.detail}".rstrip())
        if line.failed:
            return Text.assemble(("✗ ", "red"), text)
        if line.ended_s is not None:
            return Text.assemble(("✓ ", "green"), text, (f"  {line.ended_s - line.started_s:.1f} s", "dim"))
        text.append(f"  {time.monotonic() - line.started_s:.0f} s", "dim")
        return Spinner("dots", text)

    def _plain(self, line: _Line) -> Text:
        mark = "failed" if line.failed else "done" if line.ended_s is not None else "…"
        took = f" ({line.ended_s - line.started_s:.1f} s)" if line.ended_s is not None else ""
        return Text(f"{line.what}: {line.state} {mark}{took}")
