"""How near the change points of a fault are to the true ones, beside the plain rule that one second decides.

python -m benchmarks.change_points [--runs 300]

Made-up series: requests come by a Poisson process, a fault of known length makes a known share of them bad,
and of the rest one in a thousand is. Found are the instants at which users left the objective and came back
(`slo.recovery`). The yardstick is what dashboards do: the first and the last second whose own ratio is below
the target.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slo.recovery.course import course
from slo.recovery.segments import Bucket, segments

PER_S = 10
BUCKET_NS = 1_000_000_000 // PER_S
FAULT_S = 20
AFTER_S = 40
TARGET = 0.99
BACKGROUND = 0.001
MOST_ERROR_S = 1.0
CASES = ((20, 1.0), (20, 0.5), (50, 0.3), (100, 0.1), (200, 0.05), (200, 0.3), (1000, 0.03))
"""Requests a second, and the share of them that the fault makes bad."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Of the leaving and the coming back, in seconds; infinite where it was not seen."""

    found: list[float]

    def within(self) -> float:
        """The share that is near enough."""
        return sum(error <= MOST_ERROR_S for error in self.found) / len(self.found)

    def p99_s(self) -> float:
        """Nearly the worst."""
        return float(np.quantile(np.asarray(self.found), 0.99, method="higher"))


def made(draw: np.random.Generator, rate_per_s: int, bad_share: float) -> list[Bucket]:
    """A fault from the start on, and what comes after it."""
    shares = np.where(np.arange((FAULT_S + AFTER_S) * PER_S) < FAULT_S * PER_S, bad_share, BACKGROUND)
    totals = draw.poisson(rate_per_s / PER_S, len(shares))
    bads = draw.binomial(totals, shares)
    return [Bucket(int(total - bad), int(total)) for total, bad in zip(totals, bads, strict=True)]


def by_change_points(buckets: list[Bucket]) -> tuple[float, float]:
    """When users left, and when they came back."""
    felt = course(segments(buckets), bucket_ns=BUCKET_NS, healed_ns=0, target=TARGET, before_ratio=1)
    left = float("inf") if felt.detect_s is None else felt.detect_s
    return left, float("inf") if felt.recover_s is None else felt.recover_s


def by_the_second(buckets: list[Bucket]) -> tuple[float, float]:
    """The same, as the first and the last second that is below the target by itself."""
    seconds = [buckets[start : start + PER_S] for start in range(0, len(buckets), PER_S)]
    below = [
        index
        for index, second in enumerate(seconds)
        if (total := sum(one.total for one in second)) and sum(one.good for one in second) / total < TARGET
    ]
    return (float(below[0]), float(below[-1] + 1)) if below else (float("inf"), float("inf"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row a case; 0 when 99% of the change points are near enough."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.change_points", description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    runs = parser.parse_args(arguments).runs
    draw = np.random.default_rng(1)
    held = True
    print(f"{'requests/s':>10} {'bad':>5} | change points: within 1 s, p99 | by the second: within 1 s, p99")
    for rate_per_s, bad_share in CASES:
        series = [made(draw, rate_per_s, bad_share) for _ in range(runs)]
        ours, plain = (
            Errors([max(abs(left), abs(back - FAULT_S)) for left, back in map(method, series)])
            for method in (by_change_points, by_the_second)
        )
        held = held and ours.within() >= 0.99
        print(
            f"{rate_per_s:>10} {bad_share:>5.0%} | {ours.within():>24.1%}, {ours.p99_s():.1f} s "
            f"| {plain.within():>24.1%}, {plain.p99_s():.1f} s"
        )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
