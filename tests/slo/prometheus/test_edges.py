from math import inf

import pytest

from slo.prometheus.edges import Edges, classic_edges, labels_at, native_edges

LABELS = ("0.1", "0.25", "0.5", "1.0", "1", "+Inf")


@pytest.mark.parametrize(
    ("threshold_s", "edges"),
    [
        (0.25, Edges(0.25, 0.25)),
        (0.3, Edges(0.25, 0.5)),
        (0.05, Edges(0.0, 0.1)),
        (2.0, Edges(1.0, inf)),
        (0.1 + 1e-16, Edges(0.1, 0.1)),
    ],
)
def test_a_threshold_lies_on_an_edge_or_between_two(threshold_s: float, edges: Edges) -> None:
    assert classic_edges(LABELS, threshold_s) == edges
    assert edges.exact == (edges.low == edges.high)


def test_an_edge_is_asked_for_as_it_is_written() -> None:
    assert labels_at(LABELS, 1.0) == ("1", "1.0")
    assert labels_at(LABELS, inf) == ("+Inf",)
    assert labels_at(LABELS, 3.0) == ()


@pytest.mark.parametrize("schema", [0, 3, 8])
def test_powers_of_two_are_edges_of_every_native_histogram(schema: int) -> None:
    width = 2.0**-schema
    buckets = [(2 ** (n * width), 2 ** ((n + 1) * width)) for n in range(-40, 0)]
    assert native_edges(buckets, 0.25).exact
    edges = native_edges(buckets, 0.3)
    assert edges.low < 0.3 < edges.high
    assert edges.high / edges.low == pytest.approx(2**width)


def test_the_coarsest_native_histogram_decides() -> None:
    fine, coarse = (0.5, 2 ** (-1 + 1 / 8)), (0.25, 0.5)
    assert native_edges([fine, coarse], 0.3) == Edges(0.25, 0.5)
    assert native_edges([(-0.001, 0.001)], 0.3) == Edges(0.0, inf)
