"""The breaker, against its table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.resilience import Breaker, BreakerPolicy, BreakerState, Permit
from tests.reference_service.breaker_table import CONFORMANCE
from tests.reference_service.hand_clock import HandClock

POLICY = BreakerPolicy(failure_threshold=5, success_threshold=3, reset_s=60, slow_call_s=1, trial_ttl_s=30)
QUICK_S, SLOW_S = 0.1, 1.1


class Walk:
    """Takes a breaker through the steps of a row."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.breaker = Breaker(POLICY, self.clock)
        self.under_way: dict[str, Permit] = {}

    def step(self, step: str) -> None:
        word, _, argument = step.partition(" ")
        if word == "wait":
            self.clock.pass_s(float(argument))
        elif argument == "probe":
            self.breaker.report_probe(word == "good")
        elif word == "refused":
            assert self.breaker.admit() is None
        elif word == "open":
            self.under_way[argument] = self.admit()
        else:
            self.report(word, self.under_way.pop(argument) if argument else self.admit())

    def admit(self) -> Permit:
        permit = self.breaker.admit()
        assert permit is not None, "the breaker refuses a call that it must admit"
        return permit

    def report(self, word: str, permit: Permit) -> None:
        if word == "fail":
            self.breaker.report_failure(permit)
        elif word == "cancel":
            self.breaker.report_nothing(permit)
        else:
            self.breaker.report_success(permit, SLOW_S if word == "slow" else QUICK_S)


@pytest.mark.parametrize(("steps", "expected"), [pytest.param(r[1], r[2], id=r[0]) for r in CONFORMANCE])
def test_conforms_to_the_table(steps: list[str], expected: str) -> None:
    walk = Walk()
    for step in steps:
        walk.step(step)
    assert walk.breaker.state.value == expected


def test_calls_that_failed_together_can_count_as_one_hiccup() -> None:
    policy = BreakerPolicy(failure_threshold=3, hiccup_counts_once=True)
    breaker = Breaker(policy, HandClock())
    for hiccup in range(3):
        assert breaker.state is BreakerState.CLOSED, f"open after {hiccup} of 3 hiccups"
        together = [breaker.admit() for _ in range(10)]
        for permit in together:
            assert permit is not None
            breaker.report_failure(permit)
    assert breaker.state is BreakerState.OPEN


STEPS = st.sampled_from(["ok", "slow", "fail", "cancel", "good probe", "bad probe", "wait 1", "wait 60"])


@given(st.lists(STEPS, max_size=60))
def test_no_history_wedges_it(steps: list[str]) -> None:
    walk = Walk()
    for step in steps:
        if step.endswith("probe") or step.startswith("wait"):
            walk.step(step)
        else:
            permit = walk.breaker.admit()
            if permit is not None:
                walk.report(step, permit)
    walk.clock.pass_s(60)
    for _ in range(3):
        walk.step("ok")
    assert walk.breaker.state is BreakerState.CLOSED
