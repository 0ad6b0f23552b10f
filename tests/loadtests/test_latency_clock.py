"""A closed-form check: a server whose latencies can be computed, and what the generator says of them."""

import pandas as pd
import pytest

from loadtests.command import EXIT_COMPLETED, GeneratorOptions
from tests.loadtests.processes import Bench, requests

FREEZE_S = 1.4
DURATION_S = 10
PERCENTILES = (0.95, 0.99, 0.999)


def frozen_run(bench: Bench, rate_per_s: int) -> tuple[pd.DataFrame, int, int]:
    """The requests of a run in whose fourth second the server froze; when it froze and thawed."""
    server = bench.server("--freeze-at", str(3 * rate_per_s), "--freeze-s", str(FREEZE_S))
    scenario = bench.scenario(rate_per_s=rate_per_s, duration_s=DURATION_S)
    generator = bench.generator(GeneratorOptions(scenario, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert len(rows) == rate_per_s * DURATION_S
    assert set(rows.outcome) == {"ok"}
    freeze = server.line()
    return rows, freeze["froze_ns"], freeze["thawed_ns"]


def measured_drain_rate(rows: pd.DataFrame, froze_ns: int, thawed_ns: int) -> float:
    """Answers per second while the backlog drained: from the thaw to the answer that ends 95% of it, so that
    one straggler does not decide.
    """
    backlog = rows[(rows.intended_ns >= froze_ns) & (rows.intended_ns < thawed_ns)]
    ends_ns: list[int] = sorted(backlog.ended_ns.tolist())
    answered = int(0.95 * len(ends_ns))
    return answered / ((ends_ns[answered - 1] - thawed_ns) / 1e9)


def theory_ms(percentile: float, drain_share: float) -> float:
    """Latency at a percentile, where `drain_share` is the arrival rate over the drain rate.

    Arrivals come at a constant rate L for D seconds; the server answers in about 0 and freezes once, for F.
    The arrival that comes t after the freeze began waits for its end, F - t, and then for the L * t arrivals
    before it, which the thawed server answers at its drain rate M: it waits F - t + L * t / M, that is
    F - t * (1 - L / M). The others wait for nothing. Latency falls as t grows, so the slowest share 1 - p of
    all L * D arrivals is that of the first t = (1 - p) * D seconds of the freeze, and the latency at
    percentile p is the wait at that t: with D = 10 s and F = 1.4 s, t is 0.5 s at p95, 0.1 s at p99, 0.01 s
    at p99.9. L / M goes to 0 where the server is much faster than the arrivals: 900, 1300, 1390 ms.
    """
    after_s = (1 - percentile) * DURATION_S
    return (FREEZE_S - after_s * (1 - drain_share)) * 1000


@pytest.mark.parametrize("percentile", PERCENTILES)
def test_the_theory_without_a_backlog_is_the_known_one(percentile: float) -> None:
    assert theory_ms(percentile, 0.0) == pytest.approx({0.95: 900, 0.99: 1300, 0.999: 1390}[percentile])


def test_at_100_a_second_a_freeze_shows_in_full(bench: Bench) -> None:
    """The margin is 45 ms at p95. Dispatch costs 1 ms, the thawed server's first 100 answers 5 to 10 ms."""
    rows, _, _ = frozen_run(bench, 100)
    for percentile in PERCENTILES:
        assert rows.latency_ms.quantile(percentile) == pytest.approx(theory_ms(percentile, 0.0), rel=0.05)
    # A generator that waits for answers would show one slow request and a median of nearly nothing.
    assert (rows.latency_ms > 100).sum() == pytest.approx(130, abs=2)


def test_at_500_a_second_the_backlog_adds_its_drain(bench: Bench) -> None:
    rows, froze_ns, thawed_ns = frozen_run(bench, 500)
    drain_rate = measured_drain_rate(rows, froze_ns, thawed_ns)
    assert drain_rate > 2 * 500
    for percentile in PERCENTILES:
        expected_ms = theory_ms(percentile, 500 / drain_rate)
        assert rows.latency_ms.quantile(percentile) == pytest.approx(expected_ms, rel=0.05)
