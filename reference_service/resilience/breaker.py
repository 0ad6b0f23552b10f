"""A circuit breaker: decides who may call a dependency; starts nothing and waits for nothing.

Figures: the analysis, section 2.1 (5 failures open, 3 successes close, 60 s reset).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class BreakerState(StrEnum):
    """Closed lets everything pass, open nothing, half-open a bounded number of trials."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When a breaker opens and closes.

    `reset_s` is counted from the opening or from the last failed probe, whichever is later: while probes
    run, users' requests are not spent on trials; should probes stop, trials begin after `reset_s`.
    A trial that never reports gives its place back after `trial_ttl_s`, so half-open cannot wedge.
    `hiccup_counts_once`: of failures of calls that were under way together only the first counts. For calls
    that share a connection, whose five failures in one hiccup are one.
    """

    failure_threshold: int = 5
    success_threshold: int = 3
    reset_s: float = 60.0
    slow_call_s: float = 30.0
    trial_ttl_s: float = 30.0
    hiccup_counts_once: bool = False


class Permit(NamedTuple):
    """Leave for one call; `epoch` tells results of an earlier state from those of the present one."""

    epoch: int
    number: int


class Breaker:
    """Consecutive failures open it; while open, consecutive good probes or trials close it.

    `openings` counts how often it opened.

    Not thread-safe: one event loop owns it.
    """

    def __init__(self, policy: BreakerPolicy, now_s: Callable[[], float]) -> None:
        self._policy = policy
        self._now_s = now_s
        self._state = BreakerState.CLOSED
        self._epoch = 0
        self._failures = 0
        self._successes = 0
        self._quiet_since_s = 0.0
        self._trials: dict[int, float] = {}
        self._next_number = 0
        self._newest_at_failure = 0
        self.openings = 0

    @property
    def state(self) -> BreakerState:
        """The state now; open turns half-open by the passing of time."""
        self._let_time_pass()
        return self._state

    @property
    def policy(self) -> BreakerPolicy:
        """The thresholds it was made with."""
        return self._policy

    def admit(self) -> Permit | None:
        """A permit to call, or None: fail fast. Each permit is given back by exactly one of the reports."""
        if self._state is not BreakerState.CLOSED:
            self._let_time_pass()
            if self._state is BreakerState.OPEN:
                return None
        self._next_number += 1
        if self._state is BreakerState.HALF_OPEN:
            if len(self._trials) >= self._policy.success_threshold:
                return None
            self._trials[self._next_number] = self._now_s()
        return Permit(self._epoch, self._next_number)

    def report_success(self, permit: Permit, took_s: float) -> None:
        """The call answered; if longer than the policy's `slow_call_s`, it failed all the same."""
        if took_s > self._policy.slow_call_s:
            self.report_failure(permit)
        elif permit.epoch == self._epoch:
            self._trials.pop(permit.number, None)
            self._count_success()

    def report_failure(self, permit: Permit) -> None:
        """The call failed by the dependency's fault. Late results of an earlier state are ignored."""
        if permit.epoch != self._epoch:
            return
        self._trials.pop(permit.number, None)
        if self._state is BreakerState.HALF_OPEN:
            self._turn(BreakerState.OPEN)
            return
        if self._policy.hiccup_counts_once and permit.number <= self._newest_at_failure:
            return
        self._newest_at_failure = self._next_number
        self._failures += 1
        if self._failures >= self._policy.failure_threshold:
            self._turn(BreakerState.OPEN)

    def report_nothing(self, permit: Permit) -> None:
        """The call was cancelled, or cut before it could tell anything about the dependency."""
        if permit.epoch == self._epoch:
            self._trials.pop(permit.number, None)

    def report_probe(self, healthy: bool) -> None:
        """A background probe's result. While closed it counts for nothing: users' calls decide."""
        if self._state is BreakerState.CLOSED:
            return
        if healthy:
            self._count_success()
        else:
            self._turn(BreakerState.OPEN)

    def retry_after_s(self) -> float:
        """Seconds after which asking again may be worth while: the time probes need to close it."""
        return float(self._policy.success_threshold) if self._state is not BreakerState.CLOSED else 1.0

    def _count_success(self) -> None:
        if self._state is BreakerState.CLOSED:
            self._failures = 0
            return
        self._successes += 1
        if self._successes >= self._policy.success_threshold:
            self._turn(BreakerState.CLOSED)

    def _let_time_pass(self) -> None:
        now_s = self._now_s()
        if self._state is BreakerState.OPEN and now_s - self._quiet_since_s >= self._policy.reset_s:
            self._turn(BreakerState.HALF_OPEN)
        elif self._state is BreakerState.HALF_OPEN:
            expired = [n for n, at_s in self._trials.items() if now_s - at_s >= self._policy.trial_ttl_s]
            for number in expired:
                del self._trials[number]

    def _turn(self, state: BreakerState) -> None:
        if self._state is BreakerState.CLOSED and state is BreakerState.OPEN:
            self.openings += 1
        self._state = state
        self._epoch += 1
        self._failures = 0
        self._successes = 0
        self._trials.clear()
        self._quiet_since_s = self._now_s()
