"""A tenant in trouble is left alone for ever longer, and taken up again when it is out of it."""

from reference_service.resilience import Backoff
from reference_service.writes.holds import Holds
from tests.reference_service.hand_clock import HandClock


def test_waits_double_to_a_bound_and_are_half_drawn() -> None:
    assert [Backoff(0.5, 15, lambda: 1.0).wait_s(n) for n in (1, 2, 3, 6, 7, 10_000)] == [
        0.5,
        1,
        2,
        15,
        15,
        15,
    ]
    assert Backoff(0.5, 15, lambda: 0.0).wait_s(2) == 0.5


def test_a_tenant_of_whom_nothing_was_taken_is_passed_over_for_ever_longer() -> None:
    clock = HandClock()
    holds = Holds(Backoff(1, 4, lambda: 1.0), clock)
    for wait_s in (1, 2, 4, 4):
        holds.judge("acme", some_taken=False)
        clock.pass_s(wait_s - 0.1)
        assert holds.passed_over() == ["acme"]
        clock.pass_s(0.1)
        assert (holds.passed_over(), len(holds)) == ([], 1)


def test_a_tenant_of_whom_something_was_taken_is_not_held() -> None:
    holds = Holds(Backoff(1, 4, lambda: 1.0), HandClock())
    holds.judge("acme", some_taken=False)
    holds.judge("rival", some_taken=False)
    holds.judge("acme", some_taken=True)
    assert (holds.passed_over(), len(holds)) == (["rival"], 1)


def test_a_hold_that_nobody_renews_is_forgotten() -> None:
    clock = HandClock()
    holds = Holds(Backoff(1, 4, lambda: 1.0), clock)
    holds.judge("acme", some_taken=False)
    clock.pass_s(9.1)
    assert len(holds) == 0
