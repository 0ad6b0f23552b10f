"""The same figures with plain pandas, as one writes them down: python -m benchmarks._slo_pandas FILE"""

import json
import sys
import time

import numpy as np
import pandas as pd

from benchmarks._slo_rows import TIERS

QUANTILES = (0.5, 0.95, 0.99, 0.999)


def main() -> int:
    """Prints JSON."""
    began_s = time.monotonic()
    table = pd.read_parquet(sys.argv[1], columns=["time", "tier", "status", "latency_us"])
    table["good"] = table["status"].between(100, 499) & (table["status"] != 429)
    threshold_us = table["tier"].map({tier: ms * 1000 for tier, (_, ms) in TIERS.items()}).astype(float)
    table["fast"] = table["good"] & (table["latency_us"] <= threshold_us)
    by_tier = table.groupby("tier", observed=True)
    counts = by_tier[["good", "fast"]].sum().to_dict()
    totals = by_tier.size()
    percentiles = by_tier["latency_us"].quantile(np.array(QUANTILES))
    by_minute = (
        table.groupby(["tier", table["time"].dt.floor("min")], observed=True)
        .agg(total=("good", "size"), good=("good", "sum"), fast=("fast", "sum"))
        .reset_index(level=0)
    )
    names = {"available": "good", "fast": "fast"}
    told = {
        "took_s": time.monotonic() - began_s,
        "counts": {
            f"{name}-{tier}": [int(counts[column][tier]), int(totals[tier])]
            for tier in TIERS
            for name, column in names.items()
        },
        "percentiles_ms": {
            f"{tier} p{quantile * 100:g}": percentiles[tier, quantile] / 1000
            for tier in TIERS
            for quantile in QUANTILES
        },
        "minutes": {
            f"{name}-{tier}": [
                int((by_minute["tier"] == tier).sum()),
                int(by_minute[by_minute["tier"] == tier][column].to_numpy().max()),
            ]
            for tier in TIERS
            for name, column in names.items()
        },
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
