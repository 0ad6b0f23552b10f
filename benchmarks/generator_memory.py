"""Whether the generator's memory stays flat, however many requests it sends.

python -m benchmarks.generator_memory [--millions 10] [--minutes 2] [--rate-per-s 3000]

First requests go through the whole path but the network, as fast as it goes: launched, answered, classified,
recorded on disk, counted live. Resident memory at the end is held against that after the first million. Then
a real load on a trivial server, as the generator itself measured it, after the first twenty seconds.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks._ping_bed import Cores, on_core, ping_scenario, ping_server
from evidence.record_reader import record_files
from evidence.sample_record import SAMPLES
from loadtests.command import GeneratorOptions, generator_command

MOST_GROWTH = 0.05
WARM_S = 20
MB = 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both; 0 when memory is as flat as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generator_memory", description=__doc__)
    parser.add_argument("--millions", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--rate-per-s", type=int, default=3000)
    options = parser.parse_args(arguments)
    growths = []
    if options.millions > 1:
        growths.append(through_the_path(options.millions))
    if options.minutes > 0:
        growths.append(under_load(options.minutes * 60, options.rate_per_s))
    print(f"largest growth {max(growths):+.1%}, at most {MOST_GROWTH:+.0%}")
    return int(max(growths) > MOST_GROWTH)


def through_the_path(millions: int) -> float:
    """Growth from the first million to the last."""
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
        ping_scenario(Path(folder), 1000, 60)
        command = (sys.executable, "-m", "benchmarks._recording_path", str(millions * 1_000_000), folder)
        began_s = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            made, *resident = [int(line) for line in process.stdout]
        assert process.returncode == 0
        took_s = time.monotonic() - began_s
        written = sum(file.stat().st_size for file in Path(folder).glob("*/*.arrows"))
    growth = resident[-1] / resident[0] - 1
    print(f"{millions} million requests, {took_s:.0f} s, {written / 1e9:.2f} GB of records")
    print(
        f"  memory: {made / MB:.1f} MB made, {resident[0] / MB:.1f} MB after the first million, "
        f"{max(resident) / MB:.1f} MB at most, {resident[-1] / MB:.1f} MB at the end: {growth:+.1%}"
    )
    return growth


def under_load(duration_s: float, rate_per_s: int) -> float:
    """Growth from the first twenty seconds to the end."""
    cores = Cores.of_this_machine()
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder, ping_server(cores.server) as url:
        scenario = ping_scenario(Path(folder), rate_per_s, duration_s)
        subprocess.run(
            generator_command(GeneratorOptions(scenario, url, Path(folder))),
            capture_output=True,
            check=True,
            preexec_fn=on_core(cores.generator),
        )
        files = [str(file) for file in record_files(Path(folder), SAMPLES).parquet]
        rows = duckdb.execute(
            "SELECT value FROM read_parquet($files) WHERE name = $name ORDER BY at_ns",
            {"files": files, "name": "process_resident_memory_bytes"},
        ).fetchall()
    resident = [value for (value,) in rows]
    growth: float = resident[-1] / resident[WARM_S] - 1
    print(f"{rate_per_s:,} requests/s for {duration_s:.0f} s")
    print(
        f"  memory: {resident[WARM_S] / MB:.1f} MB after {WARM_S} s, {resident[-1] / MB:.1f} MB at the end: "
        f"{growth:+.1%}"
    )
    return growth


if __name__ == "__main__":
    sys.exit(main())
