"""How far percentiles of the live histograms are from the exact ones, beside those of Locust's statistics.

python -m benchmarks.percentile_error [--latencies 10000000]

The same latencies go into one histogram, batch by batch as the generator counts them, into the statistics of
Locust, which round them (to whole milliseconds, from 100 ms on to two digits), and into an array that is
sorted. Percentiles are order statistics: of n values the ceil(q * n)-th smallest.
"""

import argparse
import math
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from locust.stats import bucket_response_time, calculate_response_time_percentile
from numpy.typing import NDArray

from evidence.latency_histogram import LatencyHistogram

QUANTILES = ("0.5", "0.9", "0.95", "0.99", "0.999", "0.9999", "1")
MOST_ERROR = 0.001
_CHUNK = 100_000
BATCH = 400
"""Records that the generator counts together."""
MOST_BYTES = 4_000_000
"""Of a histogram while it counts, whatever it is given."""

type Nanoseconds = NDArray[np.int64]
Shape = Callable[[np.random.Generator, int], NDArray[np.float64]]
"""Latencies in milliseconds."""


def lognormal(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """A service in good health: median 8 ms, p99 40 ms."""
    return draw.lognormal(math.log(8), 0.7, count)


def fast(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Answers from a cache near by: some hundred microseconds."""
    return draw.gamma(6, 0.05, count)


def stalled(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Half from a cache, half not, and a stall of 1.4 s that 3% of the arrivals met."""
    latencies = np.where(
        draw.random(count) < 0.5, draw.gamma(4, 0.2, count), draw.normal(25, 4, count).clip(1)
    )
    return np.where(draw.random(count) < 0.03, 1400 * draw.random(count) + latencies, latencies)


def heavy_tailed(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Pareto with index 1.2: without a variance, up to minutes."""
    return 2 * (1 + draw.pareto(1.2, count))


SHAPES: dict[str, Shape] = {
    "lognormal": lognormal,
    "sub-millisecond": fast,
    "bimodal with a stall": stalled,
    "heavy tail": heavy_tailed,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row a percentile; 0 when every error is as small as demanded, and memory too."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.percentile_error", description=__doc__)
    parser.add_argument("--latencies", type=int, default=10_000_000)
    options = parser.parse_args(arguments)
    worst, most_bytes = 0.0, 0
    for name, shape in SHAPES.items():
        latencies_ns = np.rint(shape(np.random.default_rng(1), options.latencies) * 1e6).astype(np.int64)
        ours, took_ns, grown_bytes = counted(latencies_ns)
        locusts = locust_counts(latencies_ns)
        latencies_ns.sort()
        print(f"{name}: {len(latencies_ns):,} latencies, {took_ns:.0f} ns each, +{grown_bytes / 1e6:.2f} MB")
        print("                exact, ms       ours      error     Locust      error")
        for quantile in QUANTILES:
            exact_ms = latencies_ns[rank(quantile, len(latencies_ns)) - 1] / 1e6
            (told_ns,) = ours.percentiles_ns(float(quantile))
            assert told_ns is not None
            error = relative(told_ns / 1e6, exact_ms)
            locust_ms = calculate_response_time_percentile(locusts, len(latencies_ns), float(quantile))
            print(
                f"  p{100 * float(quantile):<9g} {exact_ms:13.3f} {told_ns / 1e6:10.3f} {error:10.4%} "
                f"{locust_ms:10g} {relative(locust_ms, exact_ms):10.2%}"
            )
            worst = max(worst, error)
        most_bytes = max(most_bytes, grown_bytes)
    print(f"largest error {worst:.4%}, {MOST_ERROR:.1%} is allowed; most memory {most_bytes / 1e6:.2f} MB")
    return int(worst > MOST_ERROR or most_bytes > MOST_BYTES)


def counted(latencies_ns: Nanoseconds) -> tuple[LatencyHistogram, float, int]:
    """All of them in a histogram, nanoseconds a latency, and how much memory that took at most."""
    tracemalloc.start()
    histogram = LatencyHistogram()
    try:
        for batch in batches(latencies_ns[: len(latencies_ns) // 10]):
            histogram.record(batch)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    began_ns = time.process_time_ns()
    rest = latencies_ns[len(latencies_ns) // 10 :]
    for batch in batches(rest):
        histogram.record(batch)
    return histogram, (time.process_time_ns() - began_ns) / len(rest), most_bytes


def batches(latencies_ns: Nanoseconds) -> Iterator[Nanoseconds]:
    """As the generator counts them."""
    for start in range(0, len(latencies_ns), BATCH):
        yield latencies_ns[start : start + BATCH]


def locust_counts(latencies_ns: Nanoseconds) -> dict[int, int]:
    """What Locust's statistics keep, rounded by its own rule."""
    counts: Counter[int] = Counter()
    for start in range(0, len(latencies_ns), _CHUNK):
        chunk = latencies_ns[start : start + _CHUNK] / 1e6
        counts.update(map(bucket_response_time, chunk.tolist()))
    return dict(counts)


def rank(quantile: str, count: int) -> int:
    """Which one in order, exactly."""
    return math.ceil(Fraction(quantile) * count)


def relative(told: float, exact: float) -> float:
    """How far it is off."""
    return abs(told - exact) / exact


if __name__ == "__main__":
    sys.exit(main())
