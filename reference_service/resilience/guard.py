"""Puts breaker and deadline around a call to a dependency."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from reference_service.resilience.breaker import Breaker
from reference_service.resilience.cutoff import Cutoff
from reference_service.resilience.deadline import Deadline
from reference_service.resilience.errors import (
    CallRefusedError,
    CallTimedOutError,
    DependencyUnavailableError,
)


class Guard:
    """One per worker, dependency and class of operation.

    `is_fault` says which of the driver's errors are the dependency's fault: those become
    DependencyUnavailableError and count for the breaker. All others are answers, and pass through.
    A call that was cut off before `fair_s` tells nothing about the dependency.
    """

    def __init__(
        self,
        dependency: str,
        breaker: Breaker,
        is_fault: Callable[[Exception], bool],
        now_s: Callable[[], float],
        fair_s: float = 0.05,
    ) -> None:
        self.dependency = dependency
        self.breaker = breaker
        self._is_fault = is_fault
        self._now_s = now_s
        self._fair_s = fair_s

    async def call[T](
        self,
        operation: Callable[[], Awaitable[T]],
        deadline: Deadline,
        limit_s: float,
        reserve_s: float = 0.0,
    ) -> T:
        """The operation's answer, within `limit_s` and the deadline less `reserve_s`.

        Raises CallRefusedError, CallTimedOutError, DependencyUnavailableError, DeadlineExceededError.
        """
        share_s = deadline.share_s(limit_s, reserve_s)
        permit = self.breaker.admit()
        if permit is None:
            raise CallRefusedError(self.dependency, "its breaker is open", self.breaker.retry_after_s())
        started_s = self._now_s()
        try:
            async with Cutoff(share_s):
                answer = await operation()
        except TimeoutError as error:
            if self._now_s() - started_s < min(self._fair_s, limit_s / 2):
                self.breaker.report_nothing(permit)
            else:
                self.breaker.report_failure(permit)
            raise CallTimedOutError(self.dependency, f"no answer within {share_s * 1000:.0f} ms") from error
        except asyncio.CancelledError:
            self.breaker.report_nothing(permit)
            raise
        except Exception as error:
            if self._is_fault(error):
                self.breaker.report_failure(permit)
                raise DependencyUnavailableError(
                    self.dependency, f"{type(error).__name__}: {error}"
                ) from error
            self.breaker.report_success(permit, self._now_s() - started_s)
            raise
        self.breaker.report_success(permit, self._now_s() - started_s)
        return answer
