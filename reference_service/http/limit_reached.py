"""What stops a request at the gate because there were too many."""

from __future__ import annotations

from reference_service.limits.operation import Operation


class LimitReachedError(Exception):
    """The limit says no."""

    def __init__(self, operation: Operation, retry_after_s: float) -> None:
        super().__init__(f"the limit of {operation.value} is used up for {retry_after_s:.1f} s")
        self.operation = operation
        self.retry_after_s = retry_after_s


class TooManyAtOnceError(Exception):
    """The tenant has as many requests under way as it may have."""
