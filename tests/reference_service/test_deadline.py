"""One deadline per request."""

import pytest

from reference_service.resilience import Deadline, DeadlineExceededError
from tests.reference_service.hand_clock import HandClock


def test_what_was_spent_is_gone() -> None:
    clock = HandClock()
    deadline = Deadline.after(1.0, clock)
    clock.pass_s(0.4)
    assert deadline.remaining_s() == pytest.approx(0.6)


def test_a_call_gets_its_own_limit_while_there_is_time() -> None:
    clock = HandClock()
    assert Deadline.after(1.0, clock).share_s(0.1) == pytest.approx(0.1)


def test_a_call_gets_what_is_left_less_what_is_kept_for_the_answer() -> None:
    clock = HandClock()
    deadline = Deadline.after(1.0, clock)
    clock.pass_s(0.9)
    assert deadline.share_s(30.0, reserve_s=0.03) == pytest.approx(0.07)


def test_nothing_is_started_after_the_deadline() -> None:
    clock = HandClock()
    deadline = Deadline.after(1.0, clock)
    clock.pass_s(1.0)
    assert deadline.remaining_s() == 0
    with pytest.raises(DeadlineExceededError):
        deadline.share_s(1.0)


def test_nothing_is_started_in_the_time_kept_for_the_answer() -> None:
    clock = HandClock()
    deadline = Deadline.after(1.0, clock)
    clock.pass_s(0.98)
    with pytest.raises(DeadlineExceededError):
        deadline.share_s(1.0, reserve_s=0.03)
