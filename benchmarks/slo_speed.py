"""How fast a table of fifty million requests is judged, and in how much memory, beside plain pandas.

python -m benchmarks.slo_speed [--requests 50000000] [--rounds 3] [--folder FOLDER]

Thirty days, three tiers: availability, requests in time, p50, p95, p99 and p99.9, and all of it but the
percentiles by the minute, from one Parquet file. `stormproof slo` gives verdicts with their intervals, and
bounds of the percentiles, besides. Each is a process of its own, in turns; the fastest run of each counts,
its imports included. Their results must be the same, percentiles to a thousandth (pandas interpolates).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks._measured import Measured, measured
from benchmarks._slo_rows import generate

LEAST_RATIO = 4.0
MOST_BYTES = 1e9
AIM_S, AIM_BYTES = 2.5, 0.5e9
MOST_ERROR = 0.001


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both; 0 when the product is as fast and as small as demanded, and right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slo_speed", description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the table is kept; otherwise it is deleted")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as temporary:
        (file,) = generate(options.folder or Path(temporary), options.requests, 1)
        print(f"{options.requests:,} requests, {file.stat().st_size / 1e6:.0f} MB of Parquet")
        runs: dict[str, list[Measured]] = {"product": [], "pandas": []}
        for _ in range(options.rounds):
            for name, some in runs.items():
                some.append(measured((sys.executable, "-m", f"benchmarks._slo_{name}", str(file))))
                print(_line(name, some[-1]), flush=True)
    product, pandas = (min(some, key=lambda one: one.wall_s) for some in runs.values())
    differences = list(_differences(json.loads(product.printed), json.loads(pandas.printed)))
    for one in differences:
        print(f"different: {one}")
    wall, cpu = pandas.wall_s / product.wall_s, pandas.cpu_s / product.cpu_s
    peak = max(one.peak_bytes for one in runs["product"])
    print(
        f"product beside pandas: {wall:.1f} times as fast (demanded {LEAST_RATIO:g}), "
        f"a {cpu:.1f}th of the CPU time; peak {peak / 1e9:.2f} GB (demanded {MOST_BYTES / 1e9:g}, "
        f"aim {AIM_BYTES / 1e9:g}), {product.wall_s:.1f} s (aim {AIM_S:g})"
    )
    return int(bool(differences) or wall < LEAST_RATIO or peak > MOST_BYTES)


def _line(name: str, one: Measured) -> str:
    took_s = json.loads(one.printed)["took_s"]
    return (
        f"  {name:8} {one.wall_s:6.1f} s, of it {took_s:5.1f} s without imports, {one.cpu_s:6.1f} s of CPU, "
        f"peak {one.peak_bytes / 1e9:.2f} GB"
    )


def _differences(ours: dict[str, dict[str, object]], theirs: dict[str, dict[str, object]]) -> Sequence[str]:
    exact = [
        f"{part}: {ours[part]} and {theirs[part]}"
        for part in ("counts", "minutes")
        if ours[part] != theirs[part]
    ]
    near = [
        f"{name}: {value} and {theirs['percentiles_ms'][name]}"
        for name, value in ours["percentiles_ms"].items()
        if abs(float(str(value)) / float(str(theirs["percentiles_ms"][name])) - 1) > MOST_ERROR
    ]
    return [*exact, *near]


if __name__ == "__main__":
    sys.exit(main())
