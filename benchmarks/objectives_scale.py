"""What each further objective adds to the verdict of a run with faults and a contract.

python -m benchmarks.objectives_scale [--requests 3000000]

The evidence is written by DuckDB into a temporary folder: an hour, three tiers, four operations, three
faults. All objectives are demanded: budgets are charged and users are followed through each fault.
Told is processor time, which a busy machine stretches least. The yardstick is what one scan of the same files
costs, count and sum of all latencies: scans for each objective would add that much, and more, with each.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks._large_run import LargeRun, write_large_run
from evidence.run_folder import RunFolder
from slo.contract.contract import read_contract
from slo.evaluate import Demands, evaluate
from slo.objective import Objective, read_objectives

SLO = Path(__file__).parents[1] / "slo"
COUNTS = (1, 7, 21)
HOUR_S = 3600
MOST_FACTOR = 2.0
"""So much may 21 objectives cost, beside one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 when many objectives cost too much beside one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.objectives_scale", description=__doc__)
    parser.add_argument("--requests", type=int, default=3_000_000)
    count: int = parser.parse_args(arguments).requests
    objectives = _objectives()
    with TemporaryDirectory(prefix="objectives-scale-") as place:
        folder = write_large_run(Path(place), LargeRun(count, HOUR_S))
        print(f"{count:,} requests, three faults, the reference contract; processor time")
        print(f"yardstick: one scan   {_cost_s(lambda: _scan(folder.path)):6.2f} s", flush=True)
        _judge(folder, objectives[:1])  # imports are paid once
        costs = {}
        for number in COUNTS:
            costs[number] = _cost_s(lambda: _judge(folder, objectives[:number]))  # noqa: B023 -- called at once
            print(f"{number:3} objectives        {costs[number]:6.2f} s", flush=True)
    factor = costs[COUNTS[-1]] / costs[COUNTS[0]]
    print(f"{COUNTS[-1]} objectives cost {factor:.1f} times as much as one, at most {MOST_FACTOR:g}")
    return int(factor > MOST_FACTOR)


def _objectives() -> tuple[Objective, ...]:
    """Of the analysis: tiers, and each operation within its limit."""
    files = [
        *sorted((SLO / "objectives").glob("*.yaml")),
        *sorted((SLO / "objectives/operations").glob("*.yaml")),
    ]
    found = tuple(one for file in files for one in read_objectives(file))
    assert len(found) >= COUNTS[-1]
    return found


def _judge(folder: RunFolder, objectives: tuple[Objective, ...]) -> None:
    contract = read_contract(SLO / "contracts/reference-service.yaml")
    evaluate(folder, objectives, Demands(frozenset(one.name for one in objectives), contract=contract))


def _scan(path: Path) -> None:
    with duckdb.connect(config={"threads": 2}) as connection:
        files = [str(one) for one in path.glob("requests/*.parquet")]
        connection.read_parquet(files).aggregate("count(*), sum(ended_ns - intended_ns)").fetchall()


def _cost_s(work: Callable[[], None]) -> float:
    before_s = time.process_time()
    work()
    return time.process_time() - before_s


if __name__ == "__main__":
    sys.exit(main())
