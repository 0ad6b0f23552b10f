"""Deadlines, breakers and the guard that puts them around a call. Knows no web framework and no driver."""

from reference_service.resilience.breaker import Breaker, BreakerPolicy, BreakerState, Permit
from reference_service.resilience.cutoff import Cutoff
from reference_service.resilience.deadline import Deadline
from reference_service.resilience.errors import (
    CallRefusedError,
    CallTimedOutError,
    DeadlineExceededError,
    DependencyUnavailableError,
)
from reference_service.resilience.guard import Guard
from reference_service.resilience.prober import Prober, ProbeState

__all__ = [
    "Breaker",
    "BreakerPolicy",
    "BreakerState",
    "CallRefusedError",
    "CallTimedOutError",
    "Cutoff",
    "Deadline",
    "DeadlineExceededError",
    "DependencyUnavailableError",
    "Guard",
    "Permit",
    "ProbeState",
    "Prober",
]
