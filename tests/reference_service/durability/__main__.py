"""`python -m tests.reference_service.durability`: the long proof; it goes on where it was stopped."""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import asdict
from pathlib import Path

import aiohttp
import orjson

import stack
from evidence.ports import HOST, StackPorts
from tests.conftest import RealStack, home_of_tests
from tests.reference_service.durability.trial import Laboratory, Outcome
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import TestBed

RESULTS = "proof-durability.jsonl"


def main() -> int:
    """0 when every trial that was asked for has been run and kept all promises."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference_service.durability", description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, help="seeds 0 to N - 1")
    parser.add_argument(
        "--first", type=int, default=0, help="begin with this seed: two machines share the work"
    )
    parser.add_argument("--results", type=Path, help=f"default: {RESULTS} beside the stack's data")
    options = parser.parse_args()
    home = home_of_tests()
    running = RealStack(home)
    results = options.results or home.state_dir.parent / RESULTS
    stack.up(running.settings)
    try:
        asyncio.run(_prove(running, results, range(options.first, options.trials)))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command goes on from here\n")
        return 130
    finally:
        stack.down(running.settings)
    done = _done(results)
    broken = [one for one in done.values() if one.broken]
    for one in broken:
        sys.stdout.write(f"seed {one.seed}: {'; '.join(one.broken)}\n")
    acknowledged, local = sum(o.acknowledged for o in done.values()), sum(o.local for o in done.values())
    sys.stdout.write(
        f"{len(done)} trials, {acknowledged} acknowledged documents ({local} requests durable locally), "
        f"{sum(o.unknown for o in done.values())} without an answer, {sum(o.seen for o in done.values())} "
        f"answers about what had just been acknowledged, {sum(o.admitted for o in done.values())} of which "
        f"said that they may be old: {len(broken)} trials broke a promise ({results})\n"
    )
    return 1 if broken or any(seed not in done for seed in range(options.first, options.trials)) else 0


async def _prove(running: RealStack, results: Path, seeds: range) -> None:
    ports = StackPorts(running.port_base)
    directory = running.state_dir / "proof"
    directory.mkdir(parents=True, exist_ok=True)
    bed = TestBed(ports, directory)
    bed.seed()
    todo = [seed for seed in seeds if seed not in _done(results)]
    async with aiohttp.ClientSession(f"http://{HOST}:{ports.toxiproxy_admin}") as session:
        proxies = Proxies(session)
        await proxies.heal_all()
        laboratory = Laboratory(bed, proxies, bed.tenants()["enterprise-03"])
        await laboratory.start()
        try:
            for seed in todo:
                outcome = await laboratory.run(seed)
                with results.open("ab") as file:
                    file.write(orjson.dumps(asdict(outcome), option=orjson.OPT_APPEND_NEWLINE))
                verdict = "; ".join(outcome.broken) or f"{outcome.acknowledged} acknowledged, all kept"
                sys.stdout.write(f"seed {seed}: {verdict}\n")
                sys.stdout.flush()
        finally:
            await laboratory.stop()


def _done(results: Path) -> dict[int, Outcome]:
    if not results.exists():
        return {}
    rows = (orjson.loads(line) for line in results.read_bytes().splitlines())
    return {row["seed"]: Outcome(**{**row, "broken": tuple(row["broken"])}) for row in rows}


if __name__ == "__main__":
    sys.exit(main())
