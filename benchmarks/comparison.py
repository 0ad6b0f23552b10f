"""How often a comparison raises a false alarm, and how often it sees a change of 10%.

python -m benchmarks.comparison [--pairs 400]

Pairs of runs are simulated: 300 s of 200 requests a second, four operations, 20 figures that are decided
together by the code that compares recorded runs, least effect 5%. A/A: nothing changed. At the limit: every
latency is longer by just 5%, which does not matter yet: whatever is called regressed is a false alarm. 10%:
every latency is 10% longer. Beside it: what a dashboard does, an alarm where the p95 of an operation rose by
more than 5%; and a test of Mann and Whitney for each operation at 5%, which takes requests for independent
and knows no least effect.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import mannwhitneyu

from benchmarks._simulated_runs import PATTERNS, STEADY, SimulatedRun
from evidence.comparison_record import ChangeVerdict, Figure, LeastEffects
from slo.comparison.changes import changes
from slo.comparison.decision import overall
from slo.comparison.figures import run_figures
from slo.comparison.requests import ComparedRequests
from slo.comparison.scopes import common_scopes

MOST_FALSE_ALARMS = 0.05
LEAST_POWER = 0.8
"""Of a change of 10%, in runs that are steady."""
_CHANCE = 3.0
"""Standard errors of the simulation that a figure may be beyond its limit before it counts as missed."""
_UNEVEN = replace(STEADY, name="4% from run to run", from_run_to_run=0.04)
_SAID = replace(_UNEVEN, name="4% from run to run, known")
_CASES = (*((one, 1) for one in PATTERNS), (_UNEVEN, 1), (_SAID, 1), (_UNEVEN, 4))
_FACTORS = {"A/A": 1.0, "at the limit": 1.05, "10%": 1.1}


@dataclass(slots=True)
class Score:
    """Of so many comparisons."""

    regressed: int = 0
    dashboard: int = 0
    mann_whitney: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row a pattern and change; 0 when false alarms and power are as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparison", description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    pairs = parser.parse_args(arguments).pairs
    print("| runs | a side | change | REGRESSED | p95 + 5% | Mann-Whitney |")
    print("|---|---|---|---|---|---|")
    missed = 0
    with ProcessPoolExecutor(2) as pool:
        asked = [(pattern, a_side, change) for pattern, a_side in _CASES for change in _FACTORS]
        scores = [
            pool.submit(measured, pattern, _FACTORS[change], a_side, pairs)
            for pattern, a_side, change in asked
        ]
        for (pattern, a_side, change), coming in zip(asked, scores, strict=True):
            score = coming.result()
            shares = [score.regressed, score.dashboard, score.mann_whitney]
            told = " | ".join(f"{one / pairs:.1%}" for one in shares)
            print(f"| {pattern.name} | {a_side} | {change} | {told} |", flush=True)
            missed += _misses(pattern, change, a_side, score.regressed / pairs, pairs)
    print(
        f"demanded: at most {MOST_FALSE_ALARMS:.0%} false alarms where noise can be seen, at least "
        f"{LEAST_POWER:.0%} power on 10% in steady runs: {missed} missed"
    )
    return int(missed > 0)


def measured(pattern: SimulatedRun, factor: float, a_side: int, pairs: int) -> Score:
    """How often each says that the runs after are worse."""
    chance = np.random.default_rng(20261125)
    score = Score()
    for _ in range(pairs):
        before = [pattern.draw(chance) for _ in range(a_side)]
        after = [pattern.slower(factor).draw(chance) for _ in range(a_side)]
        found = compared(before, after, spread=0.04 if pattern.name == _SAID.name else 0.0)
        score.regressed += found is ChangeVerdict.REGRESSED
        score.dashboard += any(_p95(after[0], one) > 1.05 * _p95(before[0], one) for one in range(1, 5))
        score.mann_whitney += any(_slower(before[0], after[0], one) for one in range(1, 5))
    return score


def compared(
    before: Sequence[ComparedRequests], after: Sequence[ComparedRequests], *, spread: float = 0.0
) -> ChangeVerdict:
    """The verdict of latency and availability, as of recorded runs. (Throughput is not simulated.)"""
    scopes = common_scopes([*before, *after])
    sides = [
        [
            {
                key: figure
                for key, figure in run_figures(run, scopes, None).items()
                if key.figure is not Figure.THROUGHPUT
            }
            for run in side
        ]
        for side in (before, after)
    ]
    verdicts = [one.verdict for one in changes(sides[0], sides[1], LeastEffects(), spread)]
    return overall(verdicts, verdicts)


def _p95(run: ComparedRequests, operation: int) -> float:
    return float(np.quantile(run.latency_ns[run.operation == operation], 0.95))


def _slower(before: ComparedRequests, after: ComparedRequests, operation: int) -> bool:
    samples = [run.latency_ns[run.operation == operation] for run in (before, after)]
    return bool(mannwhitneyu(samples[1], samples[0], alternative="greater").pvalue < 0.05)


def _misses(pattern: SimulatedRun, change: str, a_side: int, share: float, pairs: int) -> bool:
    if change == "10%":
        return pattern is STEADY and share < LEAST_POWER - _margin(LEAST_POWER, pairs)
    # One run a side cannot know what differs from run to run: the table shows it, nothing is demanded. Nor at
    # the limit where slowness lasts a tenth of the run: too few stretches tell how much it varies.
    if pattern.name == _UNEVEN.name and a_side == 1:
        return False
    if change == "at the limit" and pattern.wandering > 0:
        return False
    return share > MOST_FALSE_ALARMS + _margin(MOST_FALSE_ALARMS, pairs)


def _margin(ratio: float, pairs: int) -> float:
    return _CHANCE * float(np.sqrt(ratio * (1 - ratio) / pairs))


if __name__ == "__main__":
    sys.exit(main())
