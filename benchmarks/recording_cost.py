"""What keeping every request and counting it live costs of the generator's CPU.

python -m benchmarks.recording_cost [--rate-per-s 3000] [--duration-s 8] [--rounds 5]

The same load with and without, in turns: the median of the differences. Without: Arrow files, samples and
histograms are left out; what making the record costs is measured apart and added. CPU time of the event loop,
as the kernel accounts for its thread; both processes have their cores, at real-time priority where that is
allowed, so that what else runs on the machine does not decide.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks._ping_bed import Cores, on_core, ping_scenario, ping_server
from evidence.request_record import LatencyClock, Outcome, RequestRecord
from loadtests.command import LOCUSTFILE, GeneratorOptions, generator_command

MOST_SHARE = 0.10
UNRECORDED = Path(__file__).with_name("_unrecorded_locustfile.py")
LEAD_S = 8.0
"""From the start of a generator to its first arrival."""
SETTLED_S = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both and their difference; 0 when it is as small as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recording_cost", description=__doc__)
    parser.add_argument("--rate-per-s", type=int, default=3000)
    parser.add_argument("--duration-s", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    recorded: list[float] = []
    unrecorded: list[float] = []
    for number in range(options.rounds):
        turns = [(recorded, LOCUSTFILE), (unrecorded, UNRECORDED)]
        for found, locustfile in turns if number % 2 == 0 else reversed(turns):
            found.append(cpu_us(locustfile, options.rate_per_s, options.duration_s))
        print(
            f"round {number + 1}: {recorded[-1]:.1f} µs a request with, {unrecorded[-1]:.1f} without",
            flush=True,
        )
    made_us = record_us()
    with_us = statistics.median(recorded)
    pairs = zip(recorded, unrecorded, strict=True)
    cost_us = statistics.median(one - other for one, other in pairs) + made_us
    share = cost_us / with_us
    print(
        f"medians: {with_us:.1f} µs with, {cost_us:.1f} more than without ({made_us:.1f} to make the record)"
    )
    print(f"recording is {share:.1%} of the generator's CPU, at most {MOST_SHARE:.0%} may be")
    return int(share > MOST_SHARE)


def cpu_us(locustfile: Path, rate_per_s: int, duration_s: float) -> float:
    """CPU time a request in the steady part of a run."""
    cores = Cores.of_this_machine()
    with (
        tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder,
        ping_server(cores.server, real_time=True) as url,
    ):
        scenario = ping_scenario(Path(folder), rate_per_s, duration_s, arrivals="constant")
        start_ns = time.time_ns() + round(LEAD_S * 1e9)
        options = GeneratorOptions(scenario, url, Path(folder), start_at_ns=start_ns)
        command = [str(locustfile) if one == str(LOCUSTFILE) else one for one in generator_command(options)]
        with subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=on_core(cores.generator, real_time=True),  # noqa: PLW1509 -- no threads hold locks here
        ) as generator:
            began_ns = cpu_ns_at(generator.pid, start_ns / 1e9 + SETTLED_S)
            ended_ns = cpu_ns_at(generator.pid, start_ns / 1e9 + duration_s - SETTLED_S)
            assert generator.wait() == 0
    return (ended_ns - began_ns) / 1000 / (rate_per_s * (duration_s - 2 * SETTLED_S))


def cpu_ns_at(pid: int, instant_s: float) -> int:
    """What its first thread, that of the event loop, has used by then."""
    time.sleep(max(0.0, instant_s - time.time()))
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0])


def record_us(count: int = 200_000) -> float:
    """To make the record of one request."""
    began_ns = time.process_time_ns()
    for sequence in range(count):
        RequestRecord(
            worker="worker-0",
            sequence=sequence,
            intended_ns=sequence,
            started_ns=sequence,
            ended_ns=sequence,
            clock=LatencyClock.INTENDED,
            target="http://127.0.0.1:21080",
            operation="ping",
            persona="p",
            tenant=None,
            tier=None,
            status=200,
            outcome=Outcome.OK,
            served_from=None,
            age_s=None,
            partial=False,
            bytes=17,
            detail=None,
        )
    return (time.process_time_ns() - began_ns) / 1000 / count


if __name__ == "__main__":
    sys.exit(main())
