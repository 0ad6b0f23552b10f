"""Retries: how often, how long apart, never past the deadline, never a storm."""

import asyncio
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.resilience import (
    Breaker,
    BreakerPolicy,
    Bulkhead,
    CallRefusedError,
    CallTimedOutError,
    Deadline,
    DependencyUnavailableError,
    Guard,
    GuardRules,
    RetryBudget,
    Retrying,
    RetryPolicy,
)

RULES = GuardRules(lambda error: isinstance(error, OSError), lambda error: isinstance(error, ConnectionError))
EXPONENTIAL, LINEAR = RetryPolicy(3, 0.1), RetryPolicy(2, 0.05, exponential=False)


class Dependency:
    """Fails as often as it is told to; waits are noted and take no time."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0
        self.waits: list[float] = []

    async def answer(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def guard(self, policy: RetryPolicy, budget: RetryBudget | None = None, random: float = 1.0) -> Guard:
        breaker = Breaker(BreakerPolicy(failure_threshold=1_000_000), time.monotonic)
        retrying = Retrying(policy, budget or RetryBudget(0.1, 100), lambda: random, self.sleep)
        return Guard("thing", breaker, RULES, time.monotonic, retrying)


def deadline(seconds: float = 5.0) -> Deadline:
    return Deadline.after(seconds, time.monotonic)


@pytest.mark.parametrize(("policy", "waits"), [(EXPONENTIAL, [0.1, 0.2, 0.4]), (LINEAR, [0.05, 0.1])])
async def test_transient_faults_are_retried_after_the_waits_of_the_policy(
    policy: RetryPolicy, waits: list[float]
) -> None:
    dependency = Dependency(*(ConnectionResetError("gone") for _ in waits))
    assert await dependency.guard(policy).call(dependency.answer, deadline(), 5.0) == "answer"
    assert (dependency.calls, dependency.waits) == (len(waits) + 1, waits)
    dependency = Dependency(*(ConnectionResetError("gone") for _ in range(9)))
    with pytest.raises(DependencyUnavailableError):
        await dependency.guard(policy).call(dependency.answer, deadline(), 5.0)
    assert dependency.calls == len(waits) + 1


async def test_waits_have_full_jitter() -> None:
    dependency = Dependency(ConnectionResetError("gone"))
    await dependency.guard(EXPONENTIAL, random=0.25).call(dependency.answer, deadline(), 5.0)
    assert dependency.waits == [0.025]


@pytest.mark.parametrize("fault", [OSError("not transient"), KeyError("an answer")])
async def test_what_would_fail_again_or_is_an_answer_is_not_retried(fault: Exception) -> None:
    dependency = Dependency(fault)
    with pytest.raises((DependencyUnavailableError, KeyError)):
        await dependency.guard(EXPONENTIAL).call(dependency.answer, deadline(), 5.0)
    assert dependency.calls == 1


async def test_a_retry_that_does_not_fit_into_the_deadline_is_not_made() -> None:
    dependency = Dependency(ConnectionResetError("gone"))
    guard = dependency.guard(EXPONENTIAL)
    with pytest.raises(DependencyUnavailableError):
        await guard.call(dependency.answer, deadline(0.09), 5.0)
    with pytest.raises(DependencyUnavailableError):
        dependency.failures = [ConnectionResetError("gone")]
        await guard.call(dependency.answer, deadline(5), 0.09)
    assert (dependency.calls, guard.events) == (2, Counter(retry_forgone=2))


async def test_a_retry_whose_time_is_over_when_its_wait_ends_is_that_call_s_time_out() -> None:
    dependency = Dependency(ConnectionResetError("gone"))
    now_s = 0.0

    async def oversleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds + 9

    breaker = Breaker(BreakerPolicy(), lambda: now_s)
    retrying = Retrying(EXPONENTIAL, RetryBudget(0.1, 100), lambda: 1.0, oversleep)
    guard = Guard("thing", breaker, RULES, lambda: now_s, retrying)
    with pytest.raises(CallTimedOutError):
        await guard.call(dependency.answer, Deadline.after(60, lambda: now_s), 5.0)
    assert dependency.calls == 1


async def test_no_answer_in_time_is_not_retried() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    dependency = Dependency()
    with pytest.raises(DependencyUnavailableError):
        await dependency.guard(EXPONENTIAL).call(never, deadline(), 0.02)
    assert dependency.waits == []


async def test_an_open_breaker_ends_retrying() -> None:
    dependency = Dependency(*(ConnectionResetError("gone") for _ in range(9)))
    breaker = Breaker(BreakerPolicy(failure_threshold=2), time.monotonic)
    retrying = Retrying(EXPONENTIAL, RetryBudget(0.1, 100), lambda: 0.0, dependency.sleep)
    guard = Guard("thing", breaker, RULES, time.monotonic, retrying)
    with pytest.raises(DependencyUnavailableError, match="breaker is open"):
        await guard.call(dependency.answer, deadline(), 5.0)
    assert dependency.calls == 2


async def test_a_dependency_that_always_fails_sees_a_tenth_more_calls_and_no_storm() -> None:
    dependency = Dependency(*(ConnectionResetError("gone") for _ in range(10_000)))
    guard = dependency.guard(EXPONENTIAL, RetryBudget(0.1, 5))
    for _ in range(1000):
        with pytest.raises(DependencyUnavailableError):
            await guard.call(dependency.answer, deadline(), 5.0)
    assert 1000 < dependency.calls <= 1000 * 1.1 + 5


async def test_calls_that_are_refused_earn_no_retries() -> None:
    dependency = Dependency(ConnectionResetError("gone"))
    breaker = Breaker(BreakerPolicy(failure_threshold=1), time.monotonic)
    budget = RetryBudget(0.1, 0)
    bulkhead = Bulkhead("thing", 1, 0)
    retrying = Retrying(EXPONENTIAL, budget, lambda: 0.0, dependency.sleep)
    guard = Guard("thing", breaker, RULES, time.monotonic, retrying, bulkhead)
    with pytest.raises(DependencyUnavailableError, match="gone"):
        await guard.call(dependency.answer, deadline(), 5.0)
    earned = budget.left
    for _ in range(1000):
        with pytest.raises(CallRefusedError, match="breaker is open"):
            await guard.call(dependency.answer, deadline(), 5.0)
    assert bulkhead.enter_now()
    for _ in range(1000):
        with pytest.raises(CallRefusedError):
            await guard.call(dependency.answer, deadline(), 5.0)
    assert (dependency.calls, earned, budget.left) == (1, 0.1, 0.1)


async def test_a_call_and_its_retries_earn_once() -> None:
    dependency = Dependency(ConnectionResetError("gone"), ConnectionResetError("gone"))
    budget = RetryBudget(0.1, 5)
    assert await dependency.guard(EXPONENTIAL, budget).call(dependency.answer, deadline(), 5.0) == "answer"
    assert dependency.calls == 3
    assert budget.left == pytest.approx(5 + 0.1 - 2)


@given(st.lists(st.sampled_from(["call", "retry"])))
def test_a_budget_never_gives_more_than_its_share_and_reserve(events: list[str]) -> None:
    budget = RetryBudget(0.1, 3)
    calls = retries = 0
    for event in events:
        if event == "call":
            budget.earn()
            calls += 1
        else:
            retries += budget.spend()
        assert retries <= 3 + 0.1 * calls + 1e-9
        assert budget.left >= -1e-9
