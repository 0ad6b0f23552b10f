"""What drawing the schedule costs an arrival, while it is sent: each kind of profile, and a share of several.

python -m benchmarks.drawing_cost [--arrivals 300000]

Yardstick: the arrivals' records alone, made from numbers that are there already, and as many exponential gaps
drawn one by one by the standard library. At 5,000 arrivals/s a microsecond is 0.5% of a core.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from pydantic import TypeAdapter

from loadtests.arrivals import Arrival, ArrivalProcess, ArrivalStream, Flat, worker_share
from loadtests.arrivals.profile import Profile

MOST_NS = 4_000.0
"""2% of a core at 5,000 arrivals/s."""
ENDLESS_S = 1e9

PROFILES: Mapping[str, Mapping[str, object]] = {
    "ramp": {"kind": "ramp", "from_per_s": 10, "to_per_s": 5000, "over_s": 600},
    "sine": {"kind": "sine", "mean_per_s": 3000, "amplitude_per_s": 2000, "period_s": 600},
    "bursts": {"kind": "bursts", "every_s": 10, "size": 5000, "within_s": 2, "base_per_s": 1000},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row each; 1 when one is over the limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing_cost", description=__doc__)
    parser.add_argument("--arrivals", type=int, default=300_000)
    count: int = parser.parse_args(arguments).arrivals
    read = TypeAdapter[Profile](Profile).validate_python
    poisson = ArrivalProcess.POISSON
    flat = [ArrivalStream(f"p{number}", poisson, Flat(500.0)) for number in range(10)]
    kinds = {
        name: ArrivalStream(name, poisson, read(written).curve(None)) for name, written in PROFILES.items()
    }
    print("ns an arrival")
    tell("yardstick: records alone", (Arrival(n, n, "p") for n in range(count)), count)
    tell("yardstick: gaps one by one", (random.expovariate(5000) for _ in range(count)), count)
    rows = {
        "constant": ([ArrivalStream("p", ArrivalProcess.CONSTANT, Flat(5000.0))], 1),
        "poisson": ([ArrivalStream("p", poisson, Flat(5000.0))], 1),
        **{f"poisson, {name}": ([stream], 1) for name, stream in kinds.items()},
        "10 personas": (flat, 1),
        "10 personas, worker 1 of 4": (flat, 4),
    }
    worst_ns = max(
        tell(name, worker_share(streams, ENDLESS_S, 1, 0, workers), count // workers)
        for name, (streams, workers) in rows.items()
    )
    print(f"worst {worst_ns:,.0f} ns, at most {MOST_NS:,.0f}")
    return int(worst_ns > MOST_NS)


def tell(name: str, drawn: Iterable[object], count: int) -> float:
    """Draws so many; prints and returns the time an arrival, in ns."""
    began_s = time.perf_counter()
    for _ in islice(drawn, count):
        pass
    cost_ns = (time.perf_counter() - began_s) / count * 1e9
    print(f"{name:32}{cost_ns:>8,.0f}", flush=True)
    return cost_ns


if __name__ == "__main__":
    sys.exit(main())
