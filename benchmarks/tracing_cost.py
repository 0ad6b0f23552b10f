"""What tracing costs cached searches: switched off, for a tenth of requests, and for all.

python -m benchmarks.tracing_cost [--rounds 5] [--duration-s 3]

Three services in turns, asked by the same clients; spans go to a collector on this machine. Off, a span is a
look at one variable: timed by itself, and held against the time of a cached search.
"""

import argparse
import statistics
import sys
import timeit
from collections.abc import Sequence
from contextlib import AsyncExitStack

from redis.asyncio import Redis

from benchmarks._bench_bed import on_a_bed, straight
from benchmarks._closed_clients import Plan, ask_elsewhere, get
from reference_service.observability.spans import SpanName, request_span, span
from tests.reference_service.observability.collector import collector
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, TestBed

MOST_OFF = 0.01
SPANS = 3  # of a cached search, beside its request's own
CONNECTIONS = 48
SEARCHES = 30
RATIOS = ("off", "0.1", "1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints all three; 0 when nothing is to be seen of it while it is off."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracing_cost", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration-s", type=float, default=3.0)
    options = parser.parse_args(arguments)
    return on_a_bed(parser, lambda bed: measure(bed, options.rounds, options.duration_s))


def off_s() -> float:
    """Seconds that a cached search's spans take while tracing is off."""

    def one() -> None:
        with request_span({}), span(SpanName.LIMIT), span(SpanName.CACHE), span(SpanName.REDIS):
            pass

    return min(timeit.repeat(one, number=100_000, repeat=5)) / 100_000


async def measure(bed: TestBed, rounds: int, duration_s: float) -> int:
    """1 when it costs something while it is off."""
    tenants = [tenant for tenant in bed.tenants().values() if tenant.tier == "enterprise"]
    words = bed.words()[:SEARCHES]
    requests = [get(f"/search?q={word}", tenant.headers) for word in words for tenant in tenants]
    state = Redis.from_url(bed.redis_state_url)
    rates: dict[str, list[float]] = {ratio: [] for ratio in RATIOS}
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(collector())
        services: dict[str, ServiceProcess] = {}
        ports: dict[str, int] = {}
        for number, ratio in enumerate(RATIOS):
            traced = {"SERVICE_TRACE_ENDPOINT": found.endpoint, "SERVICE_TRACE_RATIO": ratio}
            port = bed.ports.port_base + SERVICE_OFFSET + number
            settings = {**straight(bed), "SERVICE_BURST": "100000", "SERVICE_WORKER": str(number)}
            service = ServiceProcess(bed, port, **settings, **({} if ratio == "off" else traced))
            await service.start()
            stack.push_async_callback(service.stop)
            await service.wait_for("ready", 30)
            services[ratio], ports[ratio] = service, port
        for word in words:
            for tenant in tenants:
                await services["off"].search(tenant, word)
        for _ in range(rounds):
            for ratio in RATIOS:
                await state.flushdb()
                outcome = await ask_elsewhere(Plan(ports[ratio], requests, CONNECTIONS, duration_s))
                assert not outcome.bad, f"{outcome.bad} of {outcome.good} were refused"
                rates[ratio].append(outcome.per_s)
        await state.aclose()
        received = len(found.spans)
    off = statistics.median(rates["off"])
    share = off_s() * off
    print(
        f"off {off:.0f} cached searches/s; its spans' share of that time {share:.2%}; at most {MOST_OFF:.0%}"
    )
    for ratio in RATIOS[1:]:
        cost = statistics.median(a / b for a, b in zip(rates["off"], rates[ratio], strict=True)) - 1
        print(f"ratio {ratio:>3}: {statistics.median(rates[ratio]):.0f}/s, {cost:+.0%} time each")
    print(f"{received} spans were received")
    return int(share > MOST_OFF)


if __name__ == "__main__":
    sys.exit(main())
