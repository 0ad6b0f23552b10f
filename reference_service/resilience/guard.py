"""Puts bulkhead, breaker, retries and deadline around a call to a dependency: the one layer that does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from reference_service.resilience.breaker import Breaker, Permit
from reference_service.resilience.bulkhead import Bulkhead, BulkheadFullError
from reference_service.resilience.cutoff import Cutoff
from reference_service.resilience.deadline import Deadline
from reference_service.resilience.errors import (
    CallRefusedError,
    CallTimedOutError,
    DependencyUnavailableError,
)
from reference_service.resilience.retry import Retrying


@dataclass(frozen=True, slots=True)
class GuardRules:
    """What is asked of one kind of dependency.

    `is_fault` says which of the driver's errors are the dependency's fault: those become
    DependencyUnavailableError and count for the breaker. All others are answers, and pass through.
    `is_transient` says which faults may be gone in a moment and left nothing half done: those are retried.
    A call that was cut off before `fair_s` tells nothing about the dependency.
    """

    is_fault: Callable[[Exception], bool]
    is_transient: Callable[[Exception], bool] = lambda _: False
    fair_s: float = 0.05


class Guard:
    """One per worker, dependency and class of operation."""

    def __init__(
        self,
        dependency: str,
        breaker: Breaker,
        rules: GuardRules,
        now_s: Callable[[], float],
        retrying: Retrying | None = None,
        bulkhead: Bulkhead | None = None,
    ) -> None:
        self.dependency = dependency
        self.breaker = breaker
        self.bulkhead = bulkhead
        self.events: Counter[str] = Counter()
        self._rules = rules
        self._now_s = now_s
        self._retrying = retrying

    @property
    def retries_left(self) -> float | None:
        """What its retry budget allows now; None without retries."""
        return self._retrying.budget.left if self._retrying is not None else None

    async def call[T](
        self,
        operation: Callable[[], Awaitable[T]],
        deadline: Deadline,
        limit_s: float,
        reserve_s: float = 0.0,
    ) -> T:
        """The operation's answer, within `limit_s` and the deadline less `reserve_s`, retries included.

        Raises CallRefusedError, CallTimedOutError, DependencyUnavailableError, DeadlineExceededError.
        """
        due_s = self._now_s() + deadline.share_s(limit_s, reserve_s)
        if self.bulkhead is not None and not self.bulkhead.enter_now():
            await self._queue(self.bulkhead, due_s)
        retry = 0
        try:
            while True:
                try:
                    return await self._try(operation, due_s, limit_s, retry)
                except (CallRefusedError, CallTimedOutError):
                    raise
                except DependencyUnavailableError as error:
                    retry += 1
                    wait_s = self._wait_s(retry, error, due_s)
                    if wait_s is None:
                        raise
                await self._pause(wait_s)
        finally:
            if self.bulkhead is not None:
                self.bulkhead.leave()

    async def _queue(self, bulkhead: Bulkhead, due_s: float) -> None:
        try:
            with Cutoff(due_s - self._now_s()):
                await bulkhead.enter()
        except BulkheadFullError as error:
            self.events["bulkhead_full"] += 1
            raise CallRefusedError(self.dependency, str(error)) from error
        except TimeoutError as error:
            self.events["bulkhead_full"] += 1
            raise CallTimedOutError(self.dependency, "no place was free in time") from error

    async def _pause(self, wait_s: float) -> None:
        self.events["retried"] += 1
        if self._retrying is not None:
            await self._retrying.sleep(wait_s)

    def _wait_s(self, retry: int, error: DependencyUnavailableError, due_s: float) -> float | None:
        cause = error.__cause__
        if self._retrying is None or not isinstance(cause, Exception) or not self._rules.is_transient(cause):
            return None
        wait_s = self._retrying.wait_s(retry, due_s - self._now_s())
        if wait_s is None and retry <= self._retrying.policy.retries:
            self.events["retry_forgone"] += 1
        return wait_s

    async def _try[T](
        self, operation: Callable[[], Awaitable[T]], due_s: float, limit_s: float, retry: int
    ) -> T:
        started_s = self._now_s()
        share_s = due_s - started_s
        if share_s <= 0:
            raise CallTimedOutError(self.dependency, "its time was over before it was asked again")
        permit = self.breaker.admit()
        if permit is None:
            self.events["refused"] += 1
            raise CallRefusedError(self.dependency, "its breaker is open", self.breaker.retry_after_s())
        if self._retrying is not None and retry == 0:
            # Only now: what is refused is no call, or an outage would fill the budget.
            self._retrying.budget.earn()
        try:
            with Cutoff(share_s):
                answer = await operation()
        except TimeoutError as error:
            self._report_cut(permit, started_s, limit_s)
            raise CallTimedOutError(self.dependency, f"no answer within {share_s * 1000:.0f} ms") from error
        except asyncio.CancelledError:
            self.breaker.report_nothing(permit)
            raise
        except Exception as error:
            if self._rules.is_fault(error):
                self.breaker.report_failure(permit)
                raise DependencyUnavailableError(
                    self.dependency, f"{type(error).__name__}: {error}"
                ) from error
            self.breaker.report_success(permit, self._now_s() - started_s)
            raise
        self.breaker.report_success(permit, self._now_s() - started_s)
        return answer

    def _report_cut(self, permit: Permit, started_s: float, limit_s: float) -> None:
        if self._now_s() - started_s < min(self._rules.fair_s, limit_s / 2):
            self.breaker.report_nothing(permit)
        else:
            self.breaker.report_failure(permit)
