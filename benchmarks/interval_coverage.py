"""How often intervals of a ratio hold the truth, and how often MET would be said of a service that misses.

python -m benchmarks.interval_coverage [--runs 1000]

Runs are simulated whose true ratio of bad requests is just beyond what the target allows, so every MET is
wrong. Beside the intervals of the verdicts: the exact binomial alone, which takes all failures for
independent, and a bootstrap over 30 blocks of time. Coverage is that of two-sided 95% intervals (2.5% a
side); MET is said as verdicts do, at a one-sided bound of 95%; at looks: where twenty looks are had at each
run and the first MET counts.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks._failure_patterns import Diurnal, Incidents, Independent, Pattern
from slo.inference.any_time import any_time_interval
from slo.inference.block_counts import BlockCounts, Counts
from slo.inference.ratio import ALPHA, infer, spread_of

BAD_RATIOS = (0.01, 0.001, 0.0005)
"""Targets of 99%, 99.9% and 99.95%."""
LEAST_COVERAGE = 0.93
MOST_WRONG_MET = 0.05
LOOKS = 20
_LONGEST = 4
"""The longest burst that somebody who looks reckons with, in mean lengths."""
_CHANCE = 3.0
"""Standard errors of the simulation that a figure may be beyond its limit before it counts as missed."""
_BOOTSTRAPS = 200
_BOOTSTRAP_BLOCKS = 30

type Bounds = Callable[[Counts, Counts, float], tuple[float, float]]


@dataclass(slots=True)
class Score:
    """How often an interval was right."""

    covered: int = 0
    wrong_met: int = 0
    widths: list[float] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row a pattern; 0 when coverage and wrong METs of the verdicts' interval are as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interval_coverage", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args(arguments).runs
    print(
        "| failures | bad | exact binomial | bootstrap | of verdicts | times as wide | wrong MET at looks |"
    )
    print("|---|---|---|---|---|---|---|")
    missed = 0
    for name, pattern in patterns():
        scores, at_looks = measured(pattern, runs)
        naive, ours = scores["exact binomial"], scores["of verdicts"]
        wider = float(np.mean(ours.widths) / np.mean(naive.widths))
        cells = " | ".join(f"{one.covered / runs:.1%}, {one.wrong_met / runs:.1%}" for one in scores.values())
        row = f"| {name} | {pattern.bad_ratio:.2%} | {cells} | {wider:.2f} | {at_looks / runs:.1%} |"
        print(row, flush=True)
        missed += ours.covered / runs < LEAST_COVERAGE - margin(LEAST_COVERAGE, runs)
        for wrong in (ours.wrong_met, at_looks):
            missed += wrong / runs > MOST_WRONG_MET + margin(MOST_WRONG_MET, runs)
    print(f"demanded: coverage {LEAST_COVERAGE:.0%}, at most {MOST_WRONG_MET:.0%} wrong: {missed} missed")
    return int(missed > 0)


def margin(ratio: float, runs: int) -> float:
    """What chance alone may do to a figure that is a share of so many runs."""
    return _CHANCE * float(np.sqrt(ratio * (1 - ratio) / runs))


def patterns() -> Iterator[tuple[str, Pattern]]:
    """All ways of failing that are asked for."""
    for bad in BAD_RATIOS:
        yield "independent", Independent(bad)
        for a_run in (4, 10, 30):
            yield f"{a_run} incidents, exponential", Incidents(bad, a_run)
            yield f"{a_run} incidents, lognormal", Incidents(bad, a_run, "lognormal")
        yield "10 incidents, a third independent", Incidents(bad, 10, share=1.0, background=0.3)
        yield "by the time of day, 7 days", Diurnal(bad)


def measured(pattern: Pattern, runs: int) -> tuple[dict[str, Score], int]:
    """Each interval's score, and in how many runs a look said MET."""
    chance = np.random.default_rng(1)
    intervals: dict[str, Bounds] = {
        "exact binomial": exact,
        "bootstrap": lambda total, bad, alpha: bootstrapped(total, bad, alpha, chance),
        "of verdicts": verdicts,
    }
    scores = {name: Score() for name in intervals}
    at_looks, good_ratio = 0, 1 - pattern.bad_ratio
    longest = _LONGEST * pattern.burst_blocks
    for _ in range(runs):
        total, bad = pattern.draw(chance)
        for name, bounds in intervals.items():
            score = scores[name]
            low, high = bounds(total, bad, ALPHA / 2)
            score.covered += low <= good_ratio <= high
            score.widths.append(high - low)
            score.wrong_met += bounds(total, bad, ALPHA)[0] > good_ratio
        at_looks += any(look > good_ratio for look in looked_at(total, bad, good_ratio, longest))
    return scores, at_looks


def exact(total: Counts, bad: Counts, alpha: float) -> tuple[float, float]:
    """As if all requests failed independently."""
    interval = infer(int(total.sum() - bad.sum()), int(total.sum()), None, alpha)
    return interval.low, interval.high


def verdicts(total: Counts, bad: Counts, alpha: float) -> tuple[float, float]:
    """As verdicts do."""
    spread = spread_of(BlockCounts.of_series(total, bad))
    interval = infer(int(total.sum() - bad.sum()), int(total.sum()), spread, alpha)
    return interval.low, interval.high


def bootstrapped(
    total: Counts, bad: Counts, alpha: float, chance: np.random.Generator
) -> tuple[float, float]:
    """Percentiles of the ratio over blocks that are drawn again and again."""
    starts = np.linspace(0, len(total), _BOOTSTRAP_BLOCKS, endpoint=False).astype(int)
    totals, bads = np.add.reduceat(total, starts), np.add.reduceat(bad, starts)
    drawn = chance.integers(0, len(starts), (_BOOTSTRAPS, len(starts)))
    ratios = 1 - bads[drawn].sum(1) / totals[drawn].sum(1)
    return float(np.quantile(ratios, alpha)), float(np.quantile(ratios, 1 - alpha))


def looked_at(total: Counts, bad: Counts, target: float, burst_blocks: float) -> Iterator[float]:
    """The lower bound at each look, by somebody who knows how long bursts may be."""
    for look in range(1, LOOKS + 1):
        until = len(total) * look // LOOKS
        counts = BlockCounts.of_series(total[:until], bad[:until])
        requests = int(total[:until].sum())
        good = requests - int(bad[:until].sum())
        yield any_time_interval(good, requests, target, counts, burst_blocks).low


if __name__ == "__main__":
    sys.exit(main())
