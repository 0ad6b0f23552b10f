"""What the live page costs the generator that it shows: dispatch lag, within one load.

python -m benchmarks.live_page_cost [--rate-per-s 500] [--rounds 6]

Yardstick: the same load in turns of six seconds with the page's process stopped, as if there were none;
running with nobody looking; and with sixteen viewers. Turns follow one another closely, so that all meet the
same machine.
"""

import argparse
import asyncio
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psutil

from benchmarks._ping_bed import Cores, ping_scenario, ping_server
from stormproof.live.server import MOST_VIEWERS
from tests.loadtests.processes import requests
from tests.stormproof.live.viewer import Viewer, viewer_of

MOST_RATIO = 1.5
"""Of the median p99 with sixteen viewers to that without a page."""
_TURN_S = 6.0
_SETTLED_S = 1.0
"""At the beginning of a turn, left out."""
_BEGINS_AFTER_S = 12.0
_TURNS = ("no page", "nobody looks", f"{MOST_VIEWERS} viewers")


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of the load."""

    kind: str
    from_ns: int
    to_ns: int
    page_cpu_ratio: float
    """Of one core."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints dispatch lag of each kind of turn; 0 when viewers cost no more than demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_page_cost", description=__doc__)
    parser.add_argument("--rate-per-s", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder,
        ping_server(Cores.of_this_machine().server) as url,
    ):
        turns = asyncio.run(run(Path(folder), url, options.rate_per_s, options.rounds))
        (run_dir,) = (Path(folder) / "runs").iterdir()
        return tell(requests(run_dir), turns)


async def run(folder: Path, url: str, rate_per_s: int, rounds: int) -> list[Turn]:
    """One load, in turns."""
    duration_s = _BEGINS_AFTER_S + rounds * len(_TURNS) * _TURN_S
    scenario = ping_scenario(folder, rate_per_s, duration_s, arrivals="constant")
    command = ("-m", "stormproof", "load", str(scenario), "--target", url, "--live")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=folder,
        env={**os.environ, "STORMPROOF_HOME": str(folder / "home"), "PYTHONPATH": str(Path.cwd())},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    address = None
    while address is None:
        line = (await process.stderr.readline()).decode()
        address = re.search(r"^Live page (\S+)", line)
    rest = asyncio.create_task(process.stderr.read())
    page = next(one for one in psutil.Process(process.pid).children() if "stormproof.live" in one.cmdline())
    async with viewer_of(address[1]) as viewer:
        async with viewer.listening() as events:
            async for one in events:
                if one.state["point"] is not None:
                    break
        turns = [await take(kind, page, viewer) for _ in range(rounds) for kind in _TURNS]
    await rest
    await process.wait()
    return turns


async def take(kind: str, page: psutil.Process, viewer: Viewer) -> Turn:
    """One turn."""
    if kind == _TURNS[0]:
        page.suspend()
    try:
        async with AsyncExitStack() as stack:
            if kind == _TURNS[2]:
                for _ in range(MOST_VIEWERS):
                    await stack.enter_async_context(looking(viewer))
            await asyncio.sleep(_SETTLED_S)
            from_ns, cpu_s = time.time_ns(), sum(page.cpu_times()[:2])
            await asyncio.sleep(_TURN_S - _SETTLED_S)
            to_ns = time.time_ns()
            used_s = sum(page.cpu_times()[:2]) - cpu_s
    finally:
        page.resume()
    return Turn(kind, from_ns, to_ns, used_s / ((to_ns - from_ns) / 1e9))


@asynccontextmanager
async def looking(viewer: Viewer) -> AsyncIterator[None]:
    """A viewer who takes all that comes."""

    async def listen() -> None:
        async with viewer.listening() as events:
            async for _ in events:
                pass

    listening = asyncio.create_task(listen())
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.wait([listening])


def tell(rows: pd.DataFrame, turns: Sequence[Turn]) -> int:
    """Medians over the turns of a kind."""
    medians = {}
    for kind in _TURNS:
        of_it = [one for one in turns if one.kind == kind]
        lags = [
            rows.lag_ms[(rows.intended_ns >= one.from_ns) & (rows.intended_ns < one.to_ns)] for one in of_it
        ]
        p50, p99 = (statistics.median(float(lag.quantile(q)) for lag in lags) for q in (0.5, 0.99))
        medians[kind] = p99
        cpu = statistics.median(one.page_cpu_ratio for one in of_it)
        print(f"{kind:14} dispatch lag p50 {p50:6.3f} ms, p99 {p99:6.3f} ms; page {cpu:5.1%} of a core")
    ratio = medians[_TURNS[2]] / medians[_TURNS[0]]
    print(f"p99 with {MOST_VIEWERS} viewers is {ratio:.2f} of that without a page, at most {MOST_RATIO:g}")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
