"""Deadlines, breakers and the guard that puts them around a call. Knows no web framework and no driver."""

from reference_service.resilience.backoff import Backoff
from reference_service.resilience.breaker import Breaker, BreakerPolicy, BreakerState, Permit
from reference_service.resilience.bulkhead import Bulkhead, BulkheadFullError
from reference_service.resilience.cutoff import Cutoff
from reference_service.resilience.deadline import Deadline
from reference_service.resilience.errors import (
    CallRefusedError,
    CallTimedOutError,
    DeadlineExceededError,
    DependencyUnavailableError,
)
from reference_service.resilience.guard import Guard, GuardRules
from reference_service.resilience.prober import Prober, ProbeState
from reference_service.resilience.retry import RetryBudget, Retrying, RetryPolicy

__all__ = [
    "Backoff",
    "Breaker",
    "BreakerPolicy",
    "BreakerState",
    "Bulkhead",
    "BulkheadFullError",
    "CallRefusedError",
    "CallTimedOutError",
    "Cutoff",
    "Deadline",
    "DeadlineExceededError",
    "DependencyUnavailableError",
    "Guard",
    "GuardRules",
    "Permit",
    "ProbeState",
    "Prober",
    "RetryBudget",
    "RetryPolicy",
    "Retrying",
]
