"""What is asked for again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Count[T]:
    item: T
    number: int = 0


class Popularity[T]:
    """Counts over this window and the last one, so that what was popular a moment ago still is.

    At most `bound` names are counted a window: those that come first, which popular ones do. A flood of
    names that are asked for once takes no memory, and no place from those counted before it.
    """

    def __init__(self, asked: int, window_s: float, bound: int, now_s: Callable[[], float]) -> None:
        self._asked = asked
        self._window_s = window_s
        self._bound = bound
        self._now_s = now_s
        self._began_s = now_s()
        self._present: dict[str, _Count[T]] = {}
        self._past: dict[str, _Count[T]] = {}

    def ask(self, name: str, item: T) -> bool:
        """Counts one more; whether it is popular now: asked for `asked` times in one of the two windows."""
        self._turn()
        count = self._present.get(name)
        if count is None:
            if len(self._present) >= self._bound:
                return self._was(name)
            count = self._present[name] = _Count(item)
        count.number += 1
        return count.number >= self._asked or self._was(name)

    def popular(self) -> list[T]:
        """All that is popular now, the most asked for first."""
        self._turn()
        found = {name: count for name, count in self._past.items() if count.number >= self._asked}
        for name, count in self._present.items():
            if count.number >= self._asked and (name not in found or found[name].number < count.number):
                found[name] = count
        return [count.item for count in sorted(found.values(), key=lambda count: -count.number)]

    def _was(self, name: str) -> bool:
        count = self._past.get(name)
        return count is not None and count.number >= self._asked

    def _turn(self) -> None:
        windows = int((self._now_s() - self._began_s) / self._window_s)
        if windows:
            self._past = self._present if windows == 1 else {}
            self._present = {}
            self._began_s += windows * self._window_s
