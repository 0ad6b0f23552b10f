"""A billion requests judged in bounded memory: python -m benchmarks.slo_billion [--requests 1000000000]
[--files 20] [--folder FOLDER]

Generated into many Parquet files, about 5 GB, that are deleted at the end (in --folder they are kept, and
found again). They are streamed: what is kept of them are counts. The program is that of `slo_speed`;
generating does not count.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks._measured import measured
from benchmarks._slo_rows import generate

MOST_S = 60.0
MOST_BYTES = 1e9


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what it took; 0 when it was as fast and as small as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slo_billion", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000_000)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where the table is kept; otherwise it is deleted")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as temporary:
        files = generate(options.folder or Path(temporary), options.requests, options.files)
        size = sum(file.stat().st_size for file in files)
        print(f"{options.requests:,} requests in {len(files)} files, {size / 1e9:.1f} GB of Parquet")
        load = os.getloadavg()[0]
        one = measured((sys.executable, "-m", "benchmarks._slo_product", *map(str, files)))
    told = json.loads(one.printed)
    for name, (good, total) in told["counts"].items():
        print(f"  {name}: {good:,} of {total:,} good")
    print("  " + ", ".join(f"{name} {value:.3f} ms" for name, value in told["percentiles_ms"].items()))
    print(
        f"{one.wall_s:.1f} s (demanded {MOST_S:g}), {one.cpu_s:.1f} s of CPU, "
        f"peak {one.peak_bytes / 1e9:.2f} GB (demanded {MOST_BYTES / 1e9:g}); "
        f"the load average before it was {load:.1f}"
    )
    counted = sum(total for name, (_, total) in told["counts"].items() if name.startswith("available"))
    if counted != options.requests:
        print(f"counted {counted:,} requests")
    return int(counted != options.requests or one.wall_s > MOST_S or one.peak_bytes > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
