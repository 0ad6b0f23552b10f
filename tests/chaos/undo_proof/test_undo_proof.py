"""A sample of the trials; a hundred of each kind are `make proof`."""

import pytest

from tests.chaos.undo_proof.schedule import LONGEST_HOLD_S, make_trial
from tests.chaos.undo_proof.trial import Laboratory
from tests.conftest import RealStack


@pytest.mark.stack
@pytest.mark.parametrize("watchdog_too", [False, True], ids=["runner", "runner and watchdog"])
@pytest.mark.parametrize("seed", [1000, 1001])
def test_nothing_is_left_broken_when_a_runner_is_killed(
    real_stack: RealStack, seed: int, watchdog_too: bool
) -> None:
    laboratory = Laboratory(real_stack.home, real_stack.state_dir / "undo-proof")
    outcome = laboratory.run(make_trial(seed, watchdog_too=watchdog_too))
    assert not outcome.left, outcome


def test_a_trial_is_its_seed_s() -> None:
    trials = [make_trial(seed, watchdog_too=False) for seed in range(100)]
    assert trials[7] == make_trial(7, watchdog_too=False) != trials[8]
    assert {one.fault for trial in trials for one in trial.breaks} == {
        "frozen",
        "killed",
        "latency",
        "refused",
        "restarted-with",
        "slowed",
    }
    assert all(0 <= trial.killed_after_s <= LONGEST_HOLD_S for trial in trials)
