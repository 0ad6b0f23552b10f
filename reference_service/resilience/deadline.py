"""One deadline per request: pool waits, calls, retries and clean-up are all paid from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reference_service.resilience.errors import DeadlineExceededError


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant on a monotonic clock after which an answer is worth nothing."""

    at_s: float
    now_s: Callable[[], float]

    @classmethod
    def after(cls, budget_s: float, now_s: Callable[[], float]) -> Deadline:
        """The deadline `budget_s` from now."""
        return cls(now_s() + budget_s, now_s)

    def before(self, reserve_s: float) -> Deadline:
        """The deadline of what is to leave `reserve_s` for the rest."""
        return Deadline(self.at_s - reserve_s, self.now_s)

    def remaining_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at_s - self.now_s())

    def share_s(self, limit_s: float, reserve_s: float = 0.0) -> float:
        """What one call may take: its own limit, or what is left once `reserve_s` is kept for a fallback.

        Raises DeadlineExceededError when nothing is left.
        """
        share_s = min(limit_s, self.at_s - reserve_s - self.now_s())
        if share_s <= 0:
            raise DeadlineExceededError
        return share_s
