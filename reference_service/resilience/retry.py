"""When a failed call is made again: figures of the analysis, section 2.2, and a budget against storms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and after how long.

    The ceilings of the waits are 1, 2, 4... times `base_s` (`exponential`), or 1, 2, 3... times. Waits are
    drawn evenly between nothing and the ceiling: full jitter (Brooker 2015), so that callers that failed
    together do not come back together.
    """

    retries: int
    base_s: float
    exponential: bool = True

    def ceiling_s(self, retry: int) -> float:
        """The longest wait before retry number `retry`, counted from 1."""
        return self.base_s * (2 ** (retry - 1) if self.exponential else retry)


NO_RETRY = RetryPolicy(0, 0.0)


class RetryBudget:
    """Retries are at most `share` of the calls, and `reserve` more, so that quiet callers can retry at all.

    Each call earns a part of a retry, up to what `horizon` calls earn: nobody saves for an outage. A
    dependency that fails sees at most 1 + `share` times the offered load.
    """

    def __init__(self, share: float, reserve: float, horizon: int = 1000) -> None:
        self._share = share
        self._most = reserve + share * horizon
        self._left = reserve

    @property
    def left(self) -> float:
        """Retries that may be made now."""
        return self._left

    def earn(self) -> None:
        """A call is really made, for the first time: not one that a breaker or a bulkhead refuses."""
        self._left = min(self._most, self._left + self._share)

    def spend(self) -> bool:
        """Whether a retry may be made; if so, it is counted."""
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True)
class Retrying:
    """A policy, its budget, where jitter comes from (numbers from 0 to 1), and how time passes."""

    policy: RetryPolicy
    budget: RetryBudget
    random: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    def wait_s(self, retry: int, remaining_s: float) -> float | None:
        """Seconds to wait before retry number `retry`; None: give up.

        A wait that would outlast the time left is not begun: the retry could not be answered.
        """
        if retry > self.policy.retries:
            return None
        wait_s = self.random() * self.policy.ceiling_s(retry)
        if wait_s >= remaining_s or not self.budget.spend():
            return None
        return wait_s
