"""How long to leave alone what failed, for work that is tried until it succeeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits whose ceilings double from `base_s` up to `most_s`.

    Half of each wait is drawn by `random` (numbers from 0 to 1), so that what failed together does not come
    back together, and none of it at once.
    """

    base_s: float
    most_s: float
    random: Callable[[], float]

    def wait_s(self, failures: int) -> float:
        """The wait after so many failures, one or more."""
        ceiling_s = min(self.most_s, self.base_s * 2.0 ** min(failures - 1, MOST_DOUBLINGS))
        return ceiling_s * (1 + self.random()) / 2
