"""What is told of a search."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evidence.run_folder import RunFolder
from slo.throughput import Throughput
from stormproof.capacity.dependency_counts import DependencyCounts
from stormproof.capacity.findings import Findings
from stormproof.capacity.probe import Probe
from stormproof.capacity.report import markdown, render
from stormproof.capacity.search import Ended, ProbeOutcome
from stormproof.capacity.usl import ScalabilityFit

LAW = ScalabilityFit(120.0, 0.04, 0.0003, 1.0)


def findings(*points: tuple[float, float]) -> Findings:
    """Of probes that had so many requests in flight and so many good ones a second."""
    probes = tuple(
        Probe(
            *(good_per_s, ProbeOutcome.HOLDS, True, (), RunFolder(Path("run")), 100, 30.0),
            Throughput(good_per_s, good_per_s, in_flight),
        )
        for in_flight, good_per_s in points
    )
    return Findings("baseline", "local", 1, probes, Ended.WIDE, None, None)


def test_a_law_that_fits_is_told_with_its_coefficients() -> None:
    told = markdown(findings(*((n, LAW.throughput_per_s(n)) for n in (1, 2, 4, 8, 16, 32))))
    assert "γ 120.0/s, σ 0.0400, κ 3.00e-04 (R² 1.000)" in told


def test_of_a_target_of_ones_own_no_growth_of_the_analysis_is_told() -> None:
    told = markdown(findings((2.0, 100.0)))
    assert "| 1 | 100.0 |" in told
    assert "Elasticsearch" not in told


@pytest.mark.parametrize("in_flight", [(1.6, 3.5, 1.5, 3.7, 1.7), (2.0, 6.0, 1.4, 1.3, 4.0)])
def test_a_law_that_describes_nothing_is_not_told_as_if_it_did(in_flight: tuple[float, ...]) -> None:
    told = markdown(findings(*zip(in_flight, (183, 190, 199, 141, 100), strict=True)))
    assert "of what differs between these probes, less than the 80%" in told
    assert "γ" not in told


def test_a_rate_that_held_once_and_failed_twice_measures_nothing() -> None:
    """One probe was luck: no instance does anything within its objectives, and growth is told without."""
    outcomes = (ProbeOutcome.HOLDS, ProbeOutcome.FAILS, ProbeOutcome.FAILS)
    probes = tuple(
        Probe(
            *(100.0, outcome, True, (), RunFolder(Path("run")), 1000, 30.0, Throughput(99.0, 99.0, 2.0)),
            DependencyCounts(5000, 200),
        )
        for outcome in outcomes
    )
    told = markdown(Findings("baseline", "local", 1, probes, Ended.NOTHING_HELD, 200_000.0, 20_000))
    assert "none found; the objectives held at no rate" in told
    assert "the analysis" in told
    assert "measured here:" not in told


def test_at_eighty_columns_no_figure_is_cut() -> None:
    reason = "the generator's [event loop] was more than 10 ms late 3.12% of the time, 1% is allowed"
    (probe,) = findings((0.5, 102.4)).probes
    unsound = replace(probe, outcome=ProbeOutcome.GENERATOR, reasons=(reason,))
    stream = io.StringIO()
    Console(file=stream, width=80).print(
        render(Findings("baseline", "local", 1, (unsound,), Ended.GENERATOR, None, 20_000))
    )
    shown = stream.getvalue()
    assert "…" not in shown
    assert "1,000,000,000" in shown
    assert "[event loop]" in " ".join(shown.split())
