"""A worker that keeps dying is started ever less often; one that lived is forgiven."""

from hypothesis import given
from hypothesis import strategies as st

from reference_service.workers.numbers import MOST, free_number, needed
from reference_service.workers.restart_policy import RestartPolicy

POLICY = RestartPolicy(base_s=0.1, most_s=10, steady_s=60)


def test_waits_double_up_to_their_bound() -> None:
    waits_s = [POLICY.wait_s(deaths) for deaths in range(1, 10)]
    assert waits_s == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]
    assert POLICY.wait_s(1_000_000) == 10


def test_a_worker_that_lived_long_enough_begins_the_row_anew() -> None:
    assert POLICY.deaths(7, lived_s=59) == 8
    assert POLICY.deaths(7, lived_s=60) == 1


@given(st.integers(1, 64), st.data())
def test_a_worker_and_its_successor_never_share_a_number(workers: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, MOST - needed(workers)))
    taken = data.draw(st.sets(st.integers(first, first + needed(workers) - 1), max_size=needed(workers) - 1))
    number = free_number(first, workers, taken)
    assert number not in taken
    assert first <= number < MOST
