"""Whether the service's memory stays flat over ten minutes with faults.

python -m benchmarks.soak_memory [--minutes 10] [--rate-per-s 80]

Searches, gets, writes and deletes in open arrivals; every dependency in turn refuses, hangs and resets.
Most of the memory after the first minute is held against what it was at its end.
"""

import argparse
import asyncio
import itertools
import sys
from collections.abc import Iterator, Sequence

import orjson
import psutil

from benchmarks._bench_bed import UNLIMITED, on_a_bed, proxies, running
from benchmarks._open_clients import Ask, offer
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import Tenant, TestBed

MOST_GROWTH = 0.10
FIRST_S = 60.0
FAULT_S, PAUSE_S = 8.0, 7.0
SAMPLE_S = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the growth; 0 when it is as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak_memory", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate-per-s", type=float, default=80.0)
    options = parser.parse_args(arguments)
    return on_a_bed(parser, lambda bed: measure(bed, options.minutes * 60, options.rate_per_s))


def asks(tenants: Sequence[Tenant], words: Sequence[str]) -> Iterator[Ask]:
    """Six searches, two gets, a write and a delete in ten; many of them for the first time."""
    for number in itertools.count():
        tenant, word = tenants[number % len(tenants)], words[number * 7 % len(words)]
        kind = number % 10
        if kind < 6:
            yield Ask("GET", f"/search?q={word}+{number % 5000}", tenant.headers)
        elif kind < 8:
            yield Ask("GET", f"/documents/doc-{number % 3000:06d}", tenant.headers)
        elif kind < 9:
            body = orjson.dumps({"id": f"soak-{number % 4000}", "title": word, "content": word * 50})
            yield Ask("POST", "/documents", {**tenant.headers, "Content-Type": "application/json"}, body)
        else:
            yield Ask("DELETE", f"/documents/soak-{number % 4000 - 1}", tenant.headers)


async def _break_in_turns(broken: Proxies) -> None:
    faults = (broken.refused, broken.hung, broken.reset)
    dependencies = ("elasticsearch", "postgres", "redis-cache", "redis-state")
    for fault, dependency in itertools.cycle(itertools.product(faults, dependencies)):
        await asyncio.sleep(PAUSE_S)
        async with fault(dependency):
            await asyncio.sleep(FAULT_S)


async def _sample(pid: int, samples: list[float]) -> None:
    process = psutil.Process(pid)
    while True:
        samples.append(process.memory_info().rss / 1e6)
        if len(samples) % 60 == 0:
            print(f"  minute {len(samples) // 60}: {samples[-1]:.0f} MB", flush=True)
        await asyncio.sleep(SAMPLE_S)


async def measure(bed: TestBed, duration_s: float, rate_per_s: float) -> int:
    """1 when it grew by more than is allowed."""
    tenants = [tenant for tenant in bed.tenants().values() if tenant.tier == "enterprise"]
    samples: list[float] = []
    async with running(bed, **UNLIMITED) as service, proxies(bed) as broken:
        assert service.process is not None
        beside = [
            asyncio.create_task(_break_in_turns(broken)),
            asyncio.create_task(_sample(service.process.pid, samples)),
        ]
        answers = await offer(service.url, rate_per_s, duration_s, asks(tenants, bed.words()))
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    first = samples[int(FIRST_S / SAMPLE_S)]
    growth = max(samples[int(FIRST_S / SAMPLE_S) :]) / first - 1
    unanswered = sum(answer.status == 0 for answer in answers)
    unexpected = sum(answer.status >= 500 and answer.status != 503 for answer in answers)
    print(f"{len(answers)} requests, {unanswered} without an answer, {unexpected} internal errors")
    print(f"after the first minute {first:.0f} MB, most after that {growth:+.1%}; at most {MOST_GROWTH:+.0%}")
    return int(growth > MOST_GROWTH or unanswered > 0 or unexpected > 0)


if __name__ == "__main__":
    sys.exit(main())
