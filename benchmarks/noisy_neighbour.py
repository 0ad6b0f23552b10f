"""How much one tenant at ten times its limit moves the p99 of another.

python -m benchmarks.noisy_neighbour [--pairs 10] [--duration-s 8]

A-B-A-B: the victim's searches alone, and with the neighbour beside them, in turns. Bootstrap over the pairs.
"""

import argparse
import asyncio
import itertools
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks._bench_bed import on_a_bed, running
from benchmarks._open_clients import Answered, Ask, offer, quantile_ms
from reference_service.limits.operation import Operation
from reference_service.limits.tiers import LIMITS_PER_MINUTE, Tier
from tests.reference_service.service_process import Tenant, TestBed

MOST, MOST_BOUND = 0.10, 0.25
TIMES_ITS_LIMIT = 10
VICTIM_PER_S = 15.0  # within the limit of 1,000 a minute
RESAMPLES = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the move and its bound; 0 when both are as demanded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.noisy_neighbour", description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--duration-s", type=float, default=8.0)
    options = parser.parse_args(arguments)
    return on_a_bed(parser, lambda bed: measure(bed, options.pairs, options.duration_s))


def asks(tenant: Tenant, words: Sequence[str], name: str) -> Iterator[Ask]:
    """Searches that nobody asked before."""
    for number in itertools.count():
        yield Ask("GET", f"/search?q={words[number % len(words)]}+{name}{number}", tenant.headers)


async def measure(bed: TestBed, pairs: int, duration_s: float) -> int:
    """1 when something was missed."""
    tenants, words = bed.tenants(), bed.words()
    victim = asks(tenants["enterprise-01"], words, "quiet")
    noisy = asks(tenants["enterprise-02"], words, "noisy")
    noise_per_s = TIMES_ITS_LIMIT * LIMITS_PER_MINUTE[Tier.ENTERPRISE][Operation.SEARCH] / 60
    alone: list[list[Answered]] = []
    beside: list[list[Answered]] = []
    noise: list[Answered] = []
    async with running(bed) as service:
        await offer(service.url, VICTIM_PER_S, duration_s, victim)  # warms up
        # The neighbour has used its minute's limit up: this is how it is from then on.
        await offer(service.url, noise_per_s, 1000 / noise_per_s + 5, noisy)
        for _ in range(pairs):
            alone.append(await offer(service.url, VICTIM_PER_S, duration_s, victim))
            mine, theirs = await asyncio.gather(
                offer(service.url, VICTIM_PER_S, duration_s, victim),
                offer(service.url, noise_per_s, duration_s, noisy),
            )
            beside.append(mine)
            noise += theirs
    assert all(answer.good for answer in itertools.chain(*alone, *beside)), "the victim was not served"
    limited = sum(answer.status == 429 for answer in noise) / len(noise)
    move, bound = _move(alone, beside)
    print(f"victim {VICTIM_PER_S:g} searches/s; neighbour {noise_per_s:.0f}/s, {limited:.0%} of them refused")
    print(f"p50 alone {_all(alone, 0.5):6.2f} ms, beside {_all(beside, 0.5):6.2f} ms")
    print(f"p99 alone {_all(alone, 0.99):6.2f} ms, beside {_all(beside, 0.99):6.2f} ms")
    print(f"moved by {move:+.1%}, at most {MOST:.0%}; 95% bound {bound:+.1%}, at most {MOST_BOUND:.0%}")
    return int(move > MOST or bound > MOST_BOUND)


def _all(rounds: Sequence[Sequence[Answered]], share: float) -> float:
    return quantile_ms(list(itertools.chain(*rounds)), share)


def _move(alone: Sequence[Sequence[Answered]], beside: Sequence[Sequence[Answered]]) -> tuple[float, float]:
    """Of the p99 over all rounds, and its one-sided bound. Whole pairs are drawn: noise comes in spells."""
    generator = np.random.default_rng(1)
    a = [np.array([answer.latency_ms for answer in each]) for each in alone]
    b = [np.array([answer.latency_ms for answer in each]) for each in beside]

    def move(drawn: Sequence[int]) -> float:
        p99 = [np.quantile(np.concatenate([some[i] for i in drawn]), 0.99) for some in (a, b)]
        return float(p99[1] / p99[0] - 1)

    draws = generator.integers(0, len(a), (RESAMPLES, len(a)))
    return move(range(len(a))), float(np.quantile([move(list(draw)) for draw in draws], 0.95))


if __name__ == "__main__":
    sys.exit(main())
