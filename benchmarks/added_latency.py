"""What the service adds to an Elasticsearch query, at half of the load that it can bear.

python -m benchmarks.added_latency [--rounds 6] [--duration-s 5]

Searches that nobody asked before, in turns with the very same queries put to Elasticsearch directly, by the
same clients at the same open arrivals. Past Toxiproxy. Client, service and servers share the machine.
"""

import argparse
import itertools
import statistics
import sys
from collections.abc import Iterator, Sequence

import orjson
from redis.asyncio import Redis

from benchmarks._bench_bed import UNLIMITED, on_a_bed, running, straight
from benchmarks._open_clients import Answered, Ask, most_per_s, offer, quantile_ms
from reference_service.search.assembly import bounds_of
from reference_service.search.elasticsearch_query import FILTER, search_body
from reference_service.search.query import parse_search
from reference_service.settings import read_settings
from tests.reference_service.service_process import PREFIX, TestBed

MOST_P50_MS, MOST_P99_MS = 1.5, 5.0
CONNECTIONS = 8
TIME_LIMIT_MS = 900


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both quantiles; 0 when both are what is demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.added_latency", description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--duration-s", type=float, default=5.0)
    options = parser.parse_args(arguments)
    return on_a_bed(parser, lambda bed: measure(bed, options.rounds, options.duration_s))


def texts(words: Sequence[str]) -> Iterator[str]:
    """Never the same twice."""
    for number in itertools.count():
        yield f"{words[number % len(words)]} n{number}"


async def measure(bed: TestBed, rounds: int, duration_s: float) -> int:
    """Rounds are interleaved, so that what else the machine does hits both alike."""
    tenant = bed.tenants()["enterprise-01"]
    asked = texts(bed.words())
    bounds = bounds_of(read_settings({}))

    def through(text: str) -> Ask:
        return Ask("GET", f"/search?q={text.replace(' ', '+')}", tenant.headers)

    def directly(text: str) -> Ask:
        body = orjson.dumps(search_body(parse_search({"q": text}, bounds), TIME_LIMIT_MS))
        path = f"/{PREFIX}-{tenant.id}/_search?ignore_unavailable=true&filter_path={','.join(FILTER)}"
        return Ask("POST", path, {"Content-Type": "application/json"}, body)

    ours: list[list[Answered]] = []
    raw: list[list[Answered]] = []
    state = Redis.from_url(bed.redis_state_url)
    async with running(bed, **straight(bed), **UNLIMITED) as service:
        await state.flushdb()
        for _ in range(2):  # the first one warms up
            most = await most_per_s(service.url, CONNECTIONS, duration_s, lambda: through(next(asked)))
        rate = most / 2
        for _ in range(rounds):
            raw.append(_warm(await offer(bed.elasticsearch_url, rate, duration_s, map(directly, asked))))
            ours.append(_warm(await offer(service.url, rate, duration_s, map(through, asked))))
    await state.aclose()
    bad = [answer for answer in itertools.chain(*ours) if not answer.good or answer.source != "live"]
    assert not bad, f"{len(bad)} answers were not live, such as {bad[0]}"
    print(f"{rate:.0f} searches/s, half of {most:.0f}; medians of {rounds} rounds of {duration_s:g} s")
    return max(_tell(raw, ours, 0.5, MOST_P50_MS), _tell(raw, ours, 0.99, MOST_P99_MS))


def _warm(answers: list[Answered]) -> list[Answered]:
    """Without the first second: the clients connect anew each round."""
    return [answer for answer in answers if answer.intended_s >= 1]


def _tell(raw: list[list[Answered]], ours: list[list[Answered]], share: float, most_ms: float) -> int:
    direct = statistics.median(quantile_ms(each, share) for each in raw)
    pairs = zip(raw, ours, strict=True)
    added = statistics.median(quantile_ms(mine, share) - quantile_ms(theirs, share) for theirs, mine in pairs)
    print(f"p{share * 100:g}: Elasticsearch alone {direct:.2f} ms, added {added:.2f} ms; at most {most_ms:g}")
    return int(added > most_ms)


if __name__ == "__main__":
    sys.exit(main())
