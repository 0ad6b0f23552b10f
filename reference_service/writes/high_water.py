"""A mark that a level can reach."""

from __future__ import annotations


class HighWater:
    """Reached at `mark`, and until a tenth of it is gone: clients do not hit the mark in turns."""

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.level = 0
        self.is_reached = False
        self._low = mark - mark // 10

    @property
    def above(self) -> int:
        """How much must go until there is room again."""
        return self.level - self._low

    def observe(self, level: int) -> None:
        """So high it is now."""
        self.level = level
        self.is_reached = level >= (self._low if self.is_reached else self.mark)
