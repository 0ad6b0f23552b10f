"""Cached searches a second, beside a bare aiohttp handler that returns the same bytes, in turns.

python -m benchmarks.cached_search [--rounds 5] [--duration-s 3]

Against the stack that is up (`stormproof up`), past Toxiproxy, in a database and indices of its own. One
process of the service: keys, limits, cache, metrics and all. Client, Redis and server share the machine.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from benchmarks._closed_clients import Plan, ask_elsewhere, get
from evidence.home import resolve_home
from evidence.ports import StackPorts
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, TestBed

DEMANDED, AIM = 0.25, 0.4
CONNECTIONS = 48
SEARCHES = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the ratio; 0 when it is what is demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cached_search", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration-s", type=float, default=3.0)
    options = parser.parse_args(arguments)
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
        bed = TestBed(StackPorts(home.port_base), Path(folder))
        return asyncio.run(measure(bed, options.rounds, options.duration_s))


def straight(bed: TestBed) -> dict[str, str]:
    """Settings of a service that goes past Toxiproxy, which a production does not have."""
    return {
        "SERVICE_ELASTICSEARCH_URL": bed.elasticsearch_url,
        "SERVICE_POSTGRES_DSN": bed.service_dsn,
        "SERVICE_REDIS_CACHE_URL": bed.redis_cache_url,
        "SERVICE_REDIS_STATE_URL": bed.redis_state_url,
        "SERVICE_BURST": "100000",
    }


@asynccontextmanager
async def bare_server(port: int, body: bytes) -> AsyncIterator[None]:
    """The yardstick."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks._bare_server", str(port)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(body)
    process.stdin.write_eof()
    await process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def measure(bed: TestBed, rounds: int, duration_s: float) -> int:
    """Rounds are interleaved, so that what else the machine does hits both alike."""
    bed.seed()
    port = bed.ports.port_base + SERVICE_OFFSET
    service = ServiceProcess(bed, port, **straight(bed))
    await service.start()
    state = Redis.from_url(bed.redis_state_url)
    ours, bare = [], []
    try:
        await service.wait_for("ready", 30)
        tenants = [tenant for tenant in bed.tenants().values() if tenant.tier == "enterprise"]
        words = bed.words()[:SEARCHES]
        requests = [get(f"/search?q={word}", tenant.headers) for word in words for tenant in tenants]
        for word in words:
            for tenant in tenants:
                body = (await service.search(tenant, word)).content
        async with bare_server(port + 1, body):
            for _ in range(rounds):
                await state.flushdb()
                outcome = await ask_elsewhere(Plan(port, requests, CONNECTIONS, duration_s))
                assert not outcome.bad, f"{outcome.bad} of {outcome.good} were refused"
                ours.append(outcome.per_s)
                bare.append((await ask_elsewhere(Plan(port + 1, requests, CONNECTIONS, duration_s))).per_s)
        cached = await service.metric("search_queries_total", cached="true")
    finally:
        await state.aclose()
        await service.stop()
    assert cached > sum(ours)
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    print(f"requests/s, median of {rounds} rounds of {duration_s:g} s, {len(body)} bytes")
    print(f"  bare aiohttp handler {statistics.median(bare):9.0f}")
    print(f"  cached search        {statistics.median(ours):9.0f}")
    print(f"ratio {ratio:.2f}; demanded {DEMANDED:g}, aimed for {AIM:g}")
    return int(ratio < DEMANDED)


if __name__ == "__main__":
    sys.exit(main())
