"""What a guarded call raises instead of its driver's errors."""

from __future__ import annotations


class DependencyUnavailableError(Exception):
    """A dependency gave no usable answer; the caller takes its degraded path.

    `missed` are all the dependencies that were asked on the way to this end.
    """

    def __init__(
        self, dependency: str, reason: str, retry_after_s: float = 1.0, missed: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{dependency} is unavailable: {reason}")
        self.dependency = dependency
        self.reason = reason
        self.missed = missed or (dependency,)
        self.retry_after_s = retry_after_s


class CallRefusedError(DependencyUnavailableError):
    """The breaker is open: the dependency was not asked at all."""


class CallTimedOutError(DependencyUnavailableError):
    """The call's share of the deadline ran out."""


class DeadlineExceededError(Exception):
    """The request's time is over; nothing more may be started for it."""
