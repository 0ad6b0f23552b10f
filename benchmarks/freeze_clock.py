"""Latency percentiles through a freeze of the server, beside what theory says and what stock Locust tells.

python -m benchmarks.freeze_clock [--rate 200] [--freezes 0.2 1.4 6] [--duration-s 20]

One server in one thread freezes once in each run. Theory for constant arrivals is closed form; for Poisson
arrivals it is Lindley's recursion over the schedule's own instants. Both have the thawed server's measured
drain rate and the run's median latency in them. Stock Locust asks the same server with FastHttpUsers, each at
ten requests a second.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from loadtests.command import GeneratorOptions
from tests.loadtests.processes import Bench, requests
from tests.loadtests.test_latency_clock import measured_drain_rate

MOST_ERROR = 0.05
SHARES = (0.1, 0.3, 0.5, 0.7)
"""Of the freeze: percentiles are asked for where the wait is what is left of it."""
_STOCK = """
from locust import FastHttpUser, constant_throughput, task

class Stock(FastHttpUser):
    wait_time = constant_throughput(10)

    @task
    def ping(self):
        self.client.get("/ping")
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row for each percentile; 0 when none is further from theory than 5%."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.freeze_clock", description=__doc__)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--freezes", type=float, nargs="+", default=(0.2, 1.4, 6.0))
    parser.add_argument("--duration-s", type=int, default=20)
    options = parser.parse_args(arguments)
    worst = 0.0
    print(f"{options.rate} arrivals/s for {options.duration_s} s, latencies in ms")
    for freeze_s in options.freezes:
        percentiles = [1 - share * freeze_s / options.duration_s for share in SHARES]
        told = stock(options.rate, freeze_s, options.duration_s, percentiles)
        for arrivals in ("constant", "poisson"):
            rows, theory = measure(options.rate, freeze_s, options.duration_s, arrivals)
            for percentile, by_locust in zip(percentiles, told, strict=True):
                expected, found = theory.quantile(percentile), rows.latency_ms.quantile(percentile)
                worst = max(worst, error := abs(found / expected - 1))
                print(
                    f"freeze {freeze_s:3.1f} s, {arrivals:8} p{percentile * 100:6.2f}: "
                    f"theory {expected:7.1f}  measured {found:7.1f}  ({error:5.1%})  Locust {by_locust:7.1f}"
                )
    print(f"worst error {worst:.1%}; allowed {MOST_ERROR:.0%}")
    return int(worst > MOST_ERROR)


def measure(
    rate_per_s: int, freeze_s: float, duration_s: int, arrivals: str
) -> tuple[pd.DataFrame, "pd.Series[float]"]:
    """What was recorded, and what theory says of each arrival, in ms."""
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
        bench = Bench(Path(folder))
        try:
            server = bench.server("--freeze-at", str(3 * rate_per_s), "--freeze-s", str(freeze_s))
            scenario = bench.scenario(rate_per_s=rate_per_s, duration_s=duration_s, arrivals=arrivals)
            generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
            assert generator.wait() == 0, generator.log
            rows = requests(generator.run_dir)
            freeze = server.line()
        finally:
            bench.stop()
    froze_ns, thawed_ns = freeze["froze_ns"], freeze["thawed_ns"]
    drain_per_s = measured_drain_rate(rows, froze_ns, thawed_ns)
    # The server freezes with a request in hand, which waits as those do that come after it.
    in_hand_ns = int(rows.intended_ns.nsmallest(3 * rate_per_s).iloc[-1])
    waits = waits_ms(rows, in_hand_ns, thawed_ns, drain_per_s)
    # Whoever waits also needs what everybody needs: sending, dispatch, the answer's way back.
    return rows, waits + rows.latency_ms.median()


def waits_ms(rows: pd.DataFrame, froze_ns: int, thawed_ns: int, drain_per_s: float) -> "pd.Series[float]":
    """Lindley (1952): each waits until those before it are answered, and the server until it thaws.

    Whoever comes to an idle server waits for nothing; the clock is the intended instant. For constant
    arrivals this is F - t * (1 - L / M) for the one that comes t after the freeze began.
    """
    service_ns = 1e9 / drain_per_s
    free_ns = 0.0
    waits = []
    for intended_ns in rows.intended_ns.sort_values():
        begins_ns = max(intended_ns, free_ns)
        if froze_ns <= begins_ns < thawed_ns:
            begins_ns = thawed_ns
        idle = begins_ns == intended_ns
        free_ns = begins_ns if idle else begins_ns + service_ns
        waits.append((free_ns - intended_ns) / 1e6)
    return pd.Series(waits)


def stock(rate_per_s: int, freeze_s: float, duration_s: int, percentiles: list[float]) -> list[float]:
    """What Locust itself says of the same freeze: the next percentile that it tells at or above each."""
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
        bench = Bench(Path(folder))
        file = Path(folder) / "stock.py"
        file.write_text(_STOCK)
        users = max(1, rate_per_s // 10)
        try:
            server = bench.server("--freeze-at", str(3 * rate_per_s), "--freeze-s", str(freeze_s))
            subprocess.run(
                (
                    *(sys.executable, "-m", "locust", "-f", str(file), "--headless", "--host", server.url),
                    *("-u", str(users), "-r", str(users), "-t", f"{duration_s}s"),
                    *("--csv", str(Path(folder) / "stock"), "--only-summary"),
                ),
                capture_output=True,
                check=True,
            )
        finally:
            bench.stop()
        with (Path(folder) / "stock_stats.csv").open() as lines:
            total = list(csv.DictReader(lines))[-1]
    known = {float(name[:-1]) / 100: float(value) for name, value in total.items() if name.endswith("%")}
    return [known[min(one for one in known if one >= percentile - 1e-9)] for percentile in percentiles]


if __name__ == "__main__":
    sys.exit(main())
