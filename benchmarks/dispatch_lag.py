"""How late arrivals are dispatched at rising rates, and how other generators keep the same rates.

python -m benchmarks.dispatch_lag [--rates 3000 5000] [--duration-s 5] [--rounds 3] [--real-time] [--alone]

The generator runs as it always does, recording included, on one core, against the trivial server of the tests
on another: dispatch lag as it measures it itself, beside what gevent.sleep alone costs in the same run, and
once more with the live view beside it. Then every generator is held to one measure: when its requests came to
the server, against a constant rate. Stock Locust waits for answers: what is told of it is the most that it
sends. Medians of the rounds, in which generators take turns. --real-time puts generator and server before all
else that runs on the machine, where that is allowed: for one that is not quiet.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import _peers
from benchmarks._arrivals_at_server import Arrived, arrived, run
from benchmarks._ping_bed import Cores, on_core, ping_scenario, ping_server
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.sample_record import SAMPLES
from loadtests.command import GeneratorOptions, generator_command

RATES_PER_S = (200, 1000, 2000, 3000, 5000)
PEER_RATES_PER_S = (3000, 5000)
LIMITS_MS = {3000: 10.0, 5000: 5.0}
"""Dispatch lag p99 that is demanded of 3,000 arrivals a second, and aimed at with 5,000."""

_YARDSTICK = """
import time, gevent
late_ms = []
for number in range(1000):
    wait_us = 1000 + 2 * number
    due_ns = time.monotonic_ns() + wait_us * 1000
    gevent.sleep(wait_us / 1e6)
    late_ms.append((time.monotonic_ns() - due_ns) / 1e6)
late_ms.sort()
print(late_ms[500], late_ms[990], late_ms[999])
"""


@dataclass(frozen=True, slots=True)
class Options:
    """How it is measured."""

    rates_per_s: tuple[int, ...]
    duration_s: float
    rounds: int
    real_time: bool


@dataclass(frozen=True, slots=True)
class Lag:
    """What the generator says of one run."""

    lag_ms: tuple[float, float, float]
    """p50, p99, p99.9."""
    cpu_ratio: float
    not_ok: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints two tables; 0 when dispatch lag is as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch_lag", description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES_PER_S)
    parser.add_argument("--duration-s", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--real-time", action="store_true")
    parser.add_argument("--alone", action="store_true", help="leave out the other generators")
    parsed = parser.parse_args(arguments)
    options = Options(tuple(parsed.rates), parsed.duration_s, parsed.rounds, parsed.real_time)
    missed = print_lags(options)
    if not parsed.alone:
        print_peers(options)
    return int(missed)


def print_lags(options: Options) -> bool:
    """Dispatch lag by rate; whether it is more than demanded."""
    print("dispatch lag, ms                    p50      p99    p99.9   CPU ratio   requests not ok")
    print(f"yardstick: gevent.sleep        {row(yardstick_ms())}")
    rounds: dict[str, list[Lag]] = {}
    for _ in range(options.rounds):
        for rate_per_s in options.rates_per_s:
            rounds.setdefault(f"{rate_per_s:,} arrivals/s", []).append(measure(rate_per_s, options))
        last = options.rates_per_s[-1]
        rounds.setdefault(f"{last:,}, live view beside", []).append(measure(last, options, shows_view=True))
    missed = False
    for name, lags in rounds.items():
        lag_ms = medians([one.lag_ms for one in lags])
        cpu_ratio, not_ok = statistics.median(one.cpu_ratio for one in lags), sum(one.not_ok for one in lags)
        print(f"{name:>30} {row(lag_ms)} {cpu_ratio:11.2f} {not_ok:17d}")
        limit_ms = LIMITS_MS.get(int(name.split()[0].strip(",").replace(",", "")))
        missed = missed or (limit_ms is not None and lag_ms[1] > limit_ms)
    return missed


def print_peers(options: Options) -> None:
    """Every generator at the rates that are demanded."""
    programs = {"k6": _peers.built(_peers.K6), "vegeta": _peers.built(_peers.VEGETA)}
    rounds: dict[str, list[Arrived]] = {}
    for number in range(options.rounds):
        for rate_per_s in PEER_RATES_PER_S:
            for name in ("stormproof", *(name for name, program in programs.items() if program)):
                found = at_server(name, programs.get(name), rate_per_s, options)
                rounds.setdefault(f"{name}, {rate_per_s:,}/s asked", []).append(found)
        stock = at_server("stock", None, None, options)
        rounds.setdefault(f"Locust FastHttpUser, {_peers.STOCK_USERS} users", []).append(stock)
        print(f"  round {number + 1} of {options.rounds}", flush=True)
    print("\nat the server                      came/s   late, ms: p50      p99    p99.9   CPU µs a request")
    for name, runs in rounds.items():
        late = medians([one.late_ms for one in runs])
        told = row(late) if "asked" in name else "        –        –        –"
        per_s, cpu_us = (
            statistics.median(one.per_s for one in runs),
            statistics.median(one.cpu_us for one in runs),
        )
        print(f"{name:>32} {per_s:9,.0f}       {told} {cpu_us:18.0f}")


def measure(rate_per_s: int, options: Options, *, shows_view: bool = False) -> Lag:
    """One run of the generator, as it records it."""
    cores = Cores.of_this_machine()
    with (
        tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder,
        ping_server(cores.server, real_time=options.real_time) as url,
    ):
        scenario = ping_scenario(Path(folder), rate_per_s, options.duration_s)
        command = list(generator_command(GeneratorOptions(scenario, url, Path(folder))))
        if shows_view:
            command.remove("--no-live-view")
        subprocess.run(
            command,
            capture_output=True,
            check=True,
            preexec_fn=on_core(cores.generator, real_time=options.real_time),
        )
        return _read(Path(folder))


def at_server(name: str, program: Path | None, rate_per_s: int | None, options: Options) -> Arrived:
    """One run of one generator, as the server sees it."""
    cores = Cores.of_this_machine()
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as name_of_folder:
        folder = Path(name_of_folder)
        stamps = folder / "stamps"
        with ping_server(cores.server, "--stamps", str(stamps), real_time=options.real_time) as url:
            if rate_per_s is None:
                peer = _peers.stock_locust(folder, url, options.duration_s)
            elif name == "k6" and program is not None:
                peer = _peers.k6(folder, program, url, rate_per_s, options.duration_s)
            elif name == "vegeta" and program is not None:
                peer = _peers.vegeta(folder, program, url, rate_per_s, options.duration_s)
            else:
                scenario = ping_scenario(folder, rate_per_s, options.duration_s, arrivals="constant")
                peer = _peers.ours(folder, scenario, url)
            log = run(peer, cores.generator, real_time=options.real_time)
        return arrived(stamps, log, rate_per_s)


def medians(rows: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Of each column."""
    p50, p99, p999 = (statistics.median(column) for column in zip(*rows, strict=True))
    return p50, p99, p999


def row(lags_ms: tuple[float, float, float]) -> str:
    """Three columns."""
    return "".join(f"{lag_ms:9.2f}" for lag_ms in lags_ms)


def yardstick_ms() -> tuple[float, float, float]:
    """How much later than asked gevent.sleep wakes, with nothing else to do: p50, p99, p99.9."""
    done = subprocess.run((sys.executable, "-c", _YARDSTICK), capture_output=True, text=True, check=True)
    p50, p99, p999 = (float(value) for value in done.stdout.split())
    return p50, p99, p999


def _read(folder: Path) -> Lag:
    ((p50, p99, p999, not_ok),) = duckdb.execute(
        "SELECT quantile_cont(lag_ms, 0.5), quantile_cont(lag_ms, 0.99), quantile_cont(lag_ms, 0.999), "
        "count(*) FILTER (outcome <> 'ok') "
        "FROM (SELECT *, (started_ns - intended_ns) / 1e6 AS lag_ms FROM read_parquet($files))",
        {"files": [str(file) for file in record_files(folder, REQUESTS).parquet]},
    ).fetchall()
    ((cpu_ratio,),) = duckdb.execute(
        "SELECT median(value) FROM read_parquet($files) WHERE name = 'process_cpu_ratio'",
        {"files": [str(file) for file in record_files(folder, SAMPLES).parquet]},
    ).fetchall()
    return Lag((p50, p99, p999), float(cpu_ratio), int(not_ok))


if __name__ == "__main__":
    sys.exit(main())
