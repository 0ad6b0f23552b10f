"""Goodput and calls after an outage of Elasticsearch at twice the normal load.

python -m benchmarks.outage_recovery [--rate-per-s 60] [--outage-s 30]

Searches that nobody asked before, in open arrivals at twice the normal rate throughout. The outage: its
proxy refuses, or lets hang. Elasticsearch itself counts the searches that reach it.
"""

import argparse
import asyncio
import itertools
import sys
from collections.abc import Iterator, Sequence

import aiohttp
from redis.asyncio import Redis

from benchmarks._bench_bed import UNLIMITED, on_a_bed, proxies, running
from benchmarks._open_clients import Answered, Ask, offer
from tests.reference_service.service_process import PREFIX, TestBed

BEFORE_S, AFTER_S = 5.0, 20.0
WITHIN_S, LEAST_GOODPUT = 10.0, 0.95
MOST_CALLS = 1.2
WINDOW_S = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints goodput and calls for both kinds of outage; 0 when all is as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outage_recovery", description=__doc__)
    parser.add_argument("--rate-per-s", type=float, default=60.0, help="the normal load")
    parser.add_argument("--outage-s", type=float, default=30.0)
    options = parser.parse_args(arguments)

    async def both(bed: TestBed) -> int:
        missed = [await measure(bed, kind, 2 * options.rate_per_s, options.outage_s) for kind in KINDS]
        return max(missed)

    return on_a_bed(parser, both)


KINDS = ("refused", "hung")


async def measure(bed: TestBed, kind: str, rate_per_s: float, outage_s: float) -> int:
    """1 when something was missed."""
    tenant = bed.tenants()["enterprise-01"]
    words = bed.words()

    def asks() -> Iterator[Ask]:
        for number in itertools.count():
            yield Ask("GET", f"/search?q={words[number % len(words)]}+{kind}{number}", tenant.headers)

    state = Redis.from_url(bed.redis_state_url)
    await state.flushdb()
    await state.aclose()
    counts: list[int] = []
    async with (
        running(bed, **UNLIMITED) as service,
        proxies(bed) as broken,
        aiohttp.ClientSession(bed.elasticsearch_url) as session,
    ):
        duration_s = BEFORE_S + outage_s + AFTER_S
        load = asyncio.create_task(offer(service.url, rate_per_s, duration_s, asks()))
        loop = asyncio.get_running_loop()
        began_s = loop.time() + 0.05
        await asyncio.sleep(BEFORE_S)
        async with broken.refused("elasticsearch") if kind == "refused" else broken.hung("elasticsearch"):
            await asyncio.sleep(outage_s)
            counts.append(await _searches(session))
        healed_s = loop.time() - began_s
        for _ in range(int(WITHIN_S / WINDOW_S)):
            await asyncio.sleep(WINDOW_S)
            counts.append(await _searches(session))
        answers = await load
    return _tell(kind, answers, healed_s, rate_per_s, counts)


async def _searches(session: aiohttp.ClientSession) -> int:
    """Queries that Elasticsearch has begun or finished, of tenants' indices: one shard, one query."""
    async with session.get(f"/{PREFIX}-*/_stats/search?filter_path=_all.primaries.search") as reply:
        found = (await reply.json())["_all"]["primaries"]["search"]
    return int(found["query_total"] + found["query_current"])


def _tell(
    kind: str, answers: Sequence[Answered], healed_s: float, rate_per_s: float, counts: Sequence[int]
) -> int:
    during = [a for a in answers if BEFORE_S < a.intended_s < healed_s]
    late_ms = max(a.latency_ms for a in during)
    first = next(
        (a.intended_s - healed_s for a in answers if a.intended_s > healed_s and a.good), float("inf")
    )
    tenth = [a for a in answers if healed_s + WITHIN_S - 1 <= a.intended_s < healed_s + WITHIN_S]
    after = [a for a in answers if a.intended_s >= healed_s + WITHIN_S]
    goodput = min(sum(a.good for a in some) / len(some) for some in (tenth, after))
    calls = max(b - a for a, b in itertools.pairwise(counts)) / WINDOW_S / rate_per_s
    refused = sum(a.status != 200 for a in answers)
    print(
        f"{kind}: {rate_per_s:g} searches/s, {refused} without a 200, latest of the outage {late_ms:.0f} ms"
    )
    print(f"  goodput from the tenth second on {goodput:7.1%}; at least {LEAST_GOODPUT:.0%}")
    print(f"  first good answer after healing  {first:6.2f} s")
    print(f"  calls, worst second / offered    {calls:7.2f}; at most {MOST_CALLS:g}")
    return int(goodput < LEAST_GOODPUT or calls > MOST_CALLS)


if __name__ == "__main__":
    sys.exit(main())
