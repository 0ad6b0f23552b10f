"""A few of the pairs that `make bench NAME=comparison` simulates by the hundred."""

from dataclasses import replace

import numpy as np

from benchmarks._simulated_runs import STEADY
from benchmarks.comparison import compared
from evidence.comparison_record import ChangeVerdict

PAIRS = 12


def test_nothing_changed_raises_no_alarm_and_a_fifth_slower_does() -> None:
    chance = np.random.default_rng(3)
    pattern = replace(STEADY, seconds=120, stalls=2.0)
    same = [compared([pattern.draw(chance)], [pattern.draw(chance)]) for _ in range(PAIRS)]
    slower = [compared([pattern.draw(chance)], [pattern.slower(1.2).draw(chance)]) for _ in range(PAIRS)]
    # At 5% each, three false alarms among twelve come once in 50 seeds; this seed is fixed.
    assert same.count(ChangeVerdict.REGRESSED) <= 1
    assert slower.count(ChangeVerdict.REGRESSED) >= PAIRS - 1
