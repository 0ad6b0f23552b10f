"""What `stormproof slo FILE… --minutes` computes, and nothing printed but its results: python -m
benchmarks._slo_product FILE…"""

import json
import sys
import time

from benchmarks._slo_rows import MAPPING, OBJECTIVES
from slo.evaluate import Demands
from slo.tables.judge import summarize_table


def main() -> int:
    """Prints JSON."""
    began_s = time.monotonic()
    demands = Demands(frozenset(one.name for one in OBJECTIVES))
    summary = summarize_table(tuple(sys.argv[1:]), MAPPING, OBJECTIVES, demands, 2**62)
    told = {
        "took_s": time.monotonic() - began_s,
        "counts": {one.name: [one.good, one.total] for one in summary.verdict.objectives},
        "percentiles_ms": {
            f"{one.objective.removeprefix('fast-')} p{one.quantile * 100:g}": one.value_ms
            for one in summary.percentiles
            if one.objective.startswith("fast-")
        },
        "minutes": {one.objective: [len(one.total), int(one.good.max())] for one in summary.minutes},
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
