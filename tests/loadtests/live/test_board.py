"""What workers write becomes one state: rates, percentiles, outcomes of the last ten seconds."""

from dataclasses import replace

import pytest

from evidence.live_record import LiveStretch
from loadtests.live.board import LiveBoard
from loadtests.live.state import LiveState
from tests.loadtests.live.made_records import MS, START_NS, counted, sampled


def state(board: LiveBoard) -> LiveState:
    made = board.state()
    assert made is not None
    return made


def steady(board: LiveBoard, seconds: range, *, per_s: int = 100, worker: str = "worker-0") -> None:
    """Every arrival answered, in 10 ms."""
    for second in seconds:
        for sample in sampled(second, per_s * (second + 1), worker=worker):
            board.measured(sample)
        board.add(counted(second, [1.0] * per_s, operation=None, worker=worker))
        board.add(counted(second, [10.0] * per_s, worker=worker))


def test_before_the_first_second_there_is_nothing_to_show() -> None:
    board = LiveBoard()
    assert board.state() is None
    for sample in sampled(0, 10):
        board.measured(sample)
    assert board.state() is None


def test_rates_are_per_second_of_the_last_ten() -> None:
    board = LiveBoard()
    steady(board, range(4))
    early = state(board)
    assert (early.offered_per_s, early.achieved_per_s, early.elapsed_s) == (100, 100, 4)
    steady(board, range(4, 60))
    late = state(board)
    assert (late.offered_per_s, late.achieved_per_s, late.elapsed_s) == (100, 100, 60)
    assert late.all_operations.answered == 1000
    assert late.whole_run.answered == 6000


def test_a_target_that_does_not_answer_shows_as_offered_and_not_achieved() -> None:
    board = LiveBoard()
    steady(board, range(10))
    for second in range(10, 20):
        for sample in sampled(second, 100 * (second + 1), in_flight=100 * (second - 9)):
            board.measured(sample)
        board.add(counted(second, [], operation=None))
    silent = state(board)
    assert silent.offered_per_s == 100
    assert silent.achieved_per_s == 0
    assert silent.in_flight == 1000
    assert silent.all_operations.latency.max_ms is None
    assert silent.whole_run.answered == 1000


def test_what_is_older_than_ten_seconds_is_only_of_the_whole_run() -> None:
    board = LiveBoard()
    board.add(counted(0, [900.0] * 10))
    steady(board, range(12))
    late = state(board)
    assert late.all_operations.latency.max_ms == 10
    assert late.whole_run.latency.max_ms == 900


def test_operations_are_apart_and_together() -> None:
    board = LiveBoard()
    board.add(counted(0, [0.5], operation=None))
    board.add(counted(0, [float(n) for n in range(1, 101)], operation="search"))
    board.add(counted(0, [500.0], operation="get", outcomes={"failed": 1, "undelivered": 2}))
    made = state(board)
    assert [one.name for one in made.operations] == ["get", "search"]
    get, search = made.operations
    assert search.latency.quantiles_ms[:2] == pytest.approx((50, 95), rel=0.0005)
    assert get.outcomes == {"failed": 1, "undelivered": 2}
    assert made.all_operations.answered == 101
    assert made.all_operations.outcomes == {"ok": 100, "failed": 1, "undelivered": 2}
    assert made.all_operations.latency.max_ms == 500


def test_a_percentile_that_nothing_is_beyond_is_none() -> None:
    board = LiveBoard()
    board.add(counted(0, [0.5], operation=None))
    board.add(counted(0, [5.0] * 99))
    assert state(board).all_operations.latency.quantiles_ms[2:] == (None, None)
    board.add(counted(0, [5.0]))
    p99_ms, p999_ms = state(board).all_operations.latency.quantiles_ms[2:]
    assert p99_ms == pytest.approx(5, rel=0.0005)
    assert p999_ms is None


def test_workers_are_merged() -> None:
    board = LiveBoard()
    steady(board, range(10), per_s=100, worker="worker-0")
    steady(board, range(10), per_s=50, worker="worker-1")
    for sample in sampled(9, 500, worker="worker-1", cpu=0.9, in_flight=40):
        board.measured(sample)
    made = state(board)
    assert (made.offered_per_s, made.achieved_per_s) == (150, 150)
    assert made.in_flight == 43
    assert [(one.worker, one.cpu_ratio) for one in made.generators] == [("worker-0", 0.3), ("worker-1", 0.9)]
    assert made.whole_run.answered == 1500


def test_a_total_stands_for_all_that_was_before_it() -> None:
    # Who begins to read late meets a total; who read from the start is told the same by it.
    late = LiveBoard()
    late.add(counted(59, [20.0] * 6000, stretch=LiveStretch.TOTAL))
    steady(late, range(60, 62))
    assert state(late).whole_run.answered == 6200
    assert state(late).elapsed_s == 62
    early = LiveBoard()
    steady(early, range(60))
    early.add(counted(59, [10.0] * 6000, stretch=LiveStretch.TOTAL))
    assert state(early).whole_run.answered == 6000


def test_the_share_of_a_moment_is_not_shown() -> None:
    board = LiveBoard()
    steady(board, range(3))
    for sample in sampled(3, 300, cpu=0.99):
        board.measured(replace(sample, value=0.01) if sample.name == "measured_seconds" else sample)
    assert state(board).generators[0].cpu_ratio == 0.3


def test_samples_of_others_are_passed_over() -> None:
    board = LiveBoard()
    steady(board, range(3))
    for sample in sampled(3, 9999):
        board.measured(replace(sample, source="service"))
    assert state(board).offered_per_s == 100


def test_a_moment_has_no_rate() -> None:
    board = LiveBoard()
    for sample in sampled(0, 1):
        board.measured(replace(sample, at_ns=START_NS + 7 * MS))
    for operation in (None, "search"):
        board.add(replace(counted(0, [3.0], operation=operation), to_ns=START_NS + 7 * MS))
    short = state(board)
    assert (short.offered_per_s, short.achieved_per_s) == (None, None)
    assert short.all_operations.answered == 1
