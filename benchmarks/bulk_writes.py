"""Documents a second, one at a time and in bulk, and what bulks cost a neighbour.

python -m benchmarks.bulk_writes [--rounds 5]

Against the stack that is up (`stormproof up`), in a database and indices of its own. One process of the
service; client, service and stack share the machine. The yardstick is PostgreSQL alone: the same rows put
into a table without an index, a thousand in one statement.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from evidence.home import resolve_home
from evidence.ports import StackPorts
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

DOCUMENTS = 1000
CONCURRENCY = 8
CONTENT = "word " * 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 0 when bulks are faster than single writes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk_writes", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
        return asyncio.run(measure(TestBed(StackPorts(home.port_base), Path(folder)), options.rounds))


async def measure(bed: TestBed, rounds: int) -> int:
    """Rounds are interleaved, so that what else the machine does hits all figures alike."""
    bed.seed()
    service = ServiceProcess(
        bed, bed.ports.port_base + SERVICE_OFFSET, SERVICE_BURST="10000", SERVICE_OUTBOX_KEEP_S="60"
    )
    await service.start()
    try:
        await service.wait_for("ready", 30)
        writer, neighbour = bed.tenants()["enterprise-01"], bed.tenants()["enterprise-02"]
        table, single, bulk = [], [], []
        calm, beside_bulks = [], []
        for round_number in range(rounds):
            table.append(await rate(partial(plain_rows, bed)))
            single.append(await rate(partial(one_by_one, service, writer)))
            bulk.append(await rate(partial(in_bulk, service, writer, round_number)))
            calm += await reads(service, neighbour)
            bulks = asyncio.create_task(without_pause(service, writer))
            beside_bulks += await reads(service, neighbour)
            bulks.cancel()
    finally:
        await service.stop()
    print(f"documents of {len(CONTENT)} bytes a second, median of {rounds}")
    for name, rates in (("plain table", table), ("one by one", single), (f"bulks of {DOCUMENTS}", bulk)):
        print(f"{name:>14} {statistics.median(rates):9.0f}")
    ratio = statistics.median(bulk) / statistics.median(single)
    print(f"a bulk is {ratio:.1f} times as fast as {CONCURRENCY} clients that write one by one")
    for name, latencies_ms in (("calm", calm), ("beside bulks", beside_bulks)):
        p50, p99 = (statistics.quantiles(latencies_ms, n=100)[place] for place in (49, 98))
        print(f"a neighbour's get, {name:>12}: p50 {p50:6.1f} ms, p99 {p99:6.1f} ms")
    return int(ratio < 1)


async def rate(work: Callable[[], Awaitable[None]]) -> float:
    """Documents a second."""
    started_s = time.perf_counter()
    await work()
    return DOCUMENTS / (time.perf_counter() - started_s)


async def plain_rows(bed: TestBed) -> None:
    """The yardstick."""
    connection = await bed.connect(bed.owner_dsn)
    await connection.execute("CREATE TEMPORARY TABLE plain (id text, document text)")
    await connection.execute(
        "INSERT INTO plain SELECT * FROM unnest($1::text[], $2::text[])",
        [f"plain-{n}" for n in range(DOCUMENTS)],
        [CONTENT] * DOCUMENTS,
    )
    await connection.close()


async def one_by_one(service: ServiceProcess, tenant: Tenant) -> None:
    """As many clients as its bulkhead lets in without a queue."""

    async def client(first: int) -> None:
        for number in range(first, DOCUMENTS, CONCURRENCY):
            body = {"id": f"single-{number}", "title": "t", "content": CONTENT}
            assert (await service.call("POST", "/documents", tenant, body)).status == 202

    await asyncio.gather(*(client(first) for first in range(CONCURRENCY)))


async def in_bulk(service: ServiceProcess, tenant: Tenant, round_number: int) -> None:
    """One request."""
    operations = [
        {"index": {"id": f"bulk-{round_number}-{number}", "title": "t", "content": CONTENT}}
        for number in range(DOCUMENTS)
    ]
    reply = await service.call("POST", "/bulk", tenant, {"operations": operations})
    assert reply.status == 202, reply.content


async def without_pause(service: ServiceProcess, tenant: Tenant) -> None:
    """One bulk after another."""
    while True:
        await in_bulk(service, tenant, 0)


async def reads(service: ServiceProcess, tenant: Tenant) -> list[float]:
    """Milliseconds of cached gets, at 100 a second."""
    latencies_ms = []
    for number in range(200):
        pause = asyncio.create_task(asyncio.sleep(0.01))
        reply = await service.call("GET", f"/documents/doc-{number % 20:06d}", tenant)
        assert reply.status == 200
        latencies_ms.append(reply.took_s * 1000)
        await pause
    return latencies_ms


if __name__ == "__main__":
    sys.exit(main())
