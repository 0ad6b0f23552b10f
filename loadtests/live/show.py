"""Showing a load until it ends: on a terminal a picture that changes in place, elsewhere a line at times."""

from collections.abc import Callable
from typing import Protocol

from rich.console import Console, RenderableType
from rich.live import Live

from loadtests.live.line import live_line
from loadtests.live.screen import render_live
from loadtests.live.watch import LiveWatch

_REFRESHED_EVERY_S = 1.0
_LINE_EVERY = 10
"""Refreshes from one line to the next."""


class LiveScreen(Protocol):
    """Where a load is shown; takes what it can show, passes over the other."""

    def picture(self, picture: RenderableType) -> None:
        """The state by now, in place of the one before."""
        ...

    def note(self, line: str) -> None:
        """The same in one line, below those before."""
        ...


def follow(
    watch: LiveWatch, screen: LiveScreen, duration_s: float | None, ended_within: Callable[[float], bool]
) -> None:
    """`ended_within(seconds)` waits, and says whether the load came to its end meanwhile.

    Raises ValueError for records of another version.
    """
    number, is_over = 0, False
    while not is_over:
        is_over, number = ended_within(_REFRESHED_EVERY_S), number + 1
        state = watch.refresh()
        if state is not None:
            screen.picture(render_live(state, duration_s))
            if is_over or number % _LINE_EVERY == 0:
                screen.note(live_line(state, duration_s))


def show(
    watch: LiveWatch, console: Console, duration_s: float | None, ended_within: Callable[[float], bool]
) -> None:
    """The same on a console that nothing else writes to."""
    if not console.is_terminal:
        follow(watch, _Lines(console), duration_s, ended_within)
        return
    with Live(console=console, auto_refresh=False) as live:
        follow(watch, _Picture(live), duration_s, ended_within)


class _Picture:
    def __init__(self, live: Live) -> None:
        self._live = live

    def picture(self, picture: RenderableType) -> None:
        self._live.update(picture, refresh=True)

    def note(self, line: str) -> None:
        """A terminal has the picture."""


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console

    def picture(self, picture: RenderableType) -> None:
        """Nothing here changes in place."""

    def note(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, markup=False)
