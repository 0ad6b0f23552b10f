"""What is warned of is what makes a run INVALID."""

from loadtests.live.board import LiveBoard
from loadtests.live.state import LiveState
from stormproof.live.warnings import warnings_of
from tests.loadtests.live.made_records import counted, sampled


def state(lag_ms: float = 1.0, cpu: float = 0.3, wait: float = 0.0, **outcomes: int) -> LiveState:
    board = LiveBoard()
    for record in (
        counted(0, [lag_ms] * 200, operation=None),
        counted(0, [5.0] * 200, outcomes=outcomes or {"ok": 200}),
    ):
        board.add(record)
    for sample in sampled(0, 200, cpu=cpu, wait=wait):
        board.measured(sample)
    found = board.state()
    assert found is not None
    return found


def test_a_sound_load_is_not_warned_of() -> None:
    assert list(warnings_of(state())) == []


def test_each_cause_is_named_with_what_is_allowed() -> None:
    (lag,) = warnings_of(state(lag_ms=25))
    assert lag.startswith("Dispatch lag p99 is 25.0 ms, 10 ms is the most")
    (busy,) = warnings_of(state(cpu=0.7, wait=0.25))
    assert busy == "worker-0 uses or waits for 95% of a core, 90% is the most."
    (undelivered,) = warnings_of(state(ok=190, undelivered=10))
    assert undelivered == "10 of 200 arrivals were never sent, 0.5% is the most."


def test_a_generator_that_others_keep_from_its_core_is_not_told_to_send_less() -> None:
    (lag,) = warnings_of(state(lag_ms=25, cpu=0.05, wait=0.4))
    assert lag.endswith("other processes hold the core of worker-0, which waits for it 40% of the time.")
    (alone,) = warnings_of(state(lag_ms=25, cpu=0.5, wait=0.05))
    assert "fewer personas" in alone
