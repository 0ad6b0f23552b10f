"""Percentiles from classes of latency are those of the sorted latencies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from slo.latency_bounds import QUANTILES, all_bounded_percentiles
from slo.percentile import bounding_ranks
from slo.promise import Indicator, Objective
from slo.tables.judge import TableEvidence

S = 1_000_000_000
REQUESTS = 20_000
type Values = NDArray[Any]
SHAPES: dict[str, Callable[[np.random.Generator], Values]] = {
    "all different": lambda draw: np.rint(draw.lognormal(16, 0.7, REQUESTS)),
    "whole milliseconds": lambda draw: draw.integers(0, 300, REQUESTS) * 1_000_000,
    "all in one class": lambda draw: 1_000_000_000 + draw.integers(0, 400_000, REQUESTS),
    "one value": lambda _: np.full(REQUESTS, 7),
    "some below zero": lambda draw: draw.integers(-5, 5, REQUESTS),
}


@contextmanager
def evidence_of(latency_ns: Values, tiers: Values, *, burst: bool) -> Iterator[TableEvidence]:
    order = np.argsort(latency_ns, kind="stable") if burst else np.arange(REQUESTS)
    table = pa.table(
        {
            "intended_ns": np.arange(REQUESTS) * S // 10,
            "latency_ns": latency_ns[order].astype(np.int64),
            "tier": tiers[order],
            "operation": np.full(REQUESTS, "search"),
        }
    )
    with duckdb.connect(":memory:") as connection:
        connection.from_arrow(table).create("counted")
        connection.execute("CREATE TABLE strata (stratum INTEGER, start_ns BIGINT)")
        connection.execute("INSERT INTO strata VALUES (0, 0), (1, 500000000000)")
        connection.execute(
            "CREATE VIEW recorded_span AS SELECT min(intended_ns) AS first_ns, max(intended_ns) AS last_ns "
            "FROM counted"
        )
        yield TableEvidence(connection)


@pytest.mark.parametrize("burst", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_percentiles_and_bounds_are_those_of_the_sorted_latencies(shape: str, burst: bool) -> None:
    draw = np.random.default_rng(3)
    latency_ns = SHAPES[shape](draw)
    tiers = draw.choice(["free", "gold", "o'hara"], REQUESTS, p=[0.6, 0.3, 0.1])
    objectives = tuple(
        Objective(str(tier), "shop", Indicator.AVAILABILITY, 0.9, tier=tier)
        for tier in (None, "free", "gold", "o'hara", "nobody")
    )
    with evidence_of(latency_ns, tiers, burst=burst) as evidence:
        told = all_bounded_percentiles(evidence, objectives)
    for objective, one in zip(np.repeat(np.array(objectives), len(QUANTILES)), told, strict=True):
        theirs = np.sort(latency_ns[(tiers == objective.tier) | (objective.tier is None)])
        assert (one.objective, one.requests) == (objective.name, len(theirs))
        if one.value_ms is not None:
            assert one.value_ms == theirs[int(np.ceil(one.quantile * len(theirs))) - 1] / 1e6
        if one.low_ms is not None and one.effective_requests == one.requests:
            assert one.low_ms == theirs[(bounding_ranks(len(theirs), one.quantile).low or 0) - 1] / 1e6
        if one.low_ms is not None and one.high_ms is not None:
            assert one.low_ms in theirs / 1e6
            assert one.high_ms in theirs / 1e6
            assert one.low_ms <= one.high_ms
    if burst and shape == "all different":
        medians = [one for one in told if one.quantile == 0.5 and one.requests]
        assert all(one.effective_requests < one.requests / 4 for one in medians)


def test_slow_ones_are_told_from_others_by_their_exact_latency() -> None:
    # Those at the percentile and above it are late, those a nanosecond below are not: one class holds both.
    latency_ns = np.full(REQUESTS, 1_000_000_000)
    latency_ns[::100] += 1
    everything = Objective("all", "shop", Indicator.AVAILABILITY, 0.9)
    with evidence_of(latency_ns, np.full(REQUESTS, "free"), burst=False) as evidence:
        (at_99, above) = all_bounded_percentiles(evidence, (everything,), (0.99, 0.9901))
    assert (at_99.value_ms, above.value_ms) == (1000, 1000.000001)


@pytest.mark.parametrize(("number", "apart"), [(2, 0.0), (2, 1.0), (20, 1.0)])
def test_each_tier_has_its_own_percentiles_however_many_and_like_each_other(
    number: int, apart: float
) -> None:
    draw = np.random.default_rng(4)
    place = draw.integers(0, number, REQUESTS)
    tiers, latency_ns = place.astype(str), np.rint(draw.lognormal(16 + apart * place / number, 0.3))
    objectives = tuple(
        Objective(str(tier), "shop", Indicator.AVAILABILITY, 0.9, tier=str(tier)) for tier in range(number)
    )
    with evidence_of(latency_ns, tiers, burst=False) as evidence:
        told = all_bounded_percentiles(evidence, objectives, (0.5, 0.9, 0.95))
    for one in told:
        theirs = np.sort(latency_ns[tiers == one.objective])
        assert one.value_ms == theirs[int(np.ceil(one.quantile * len(theirs))) - 1] / 1e6
        ranks = bounding_ranks(one.effective_requests or len(theirs), one.quantile)
        assert ranks.low is not None
        if one.effective_requests == len(theirs):
            assert one.low_ms == theirs[ranks.low - 1] / 1e6
