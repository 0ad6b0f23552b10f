import math
import re
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from evidence.timeline import FaultWindow, PhaseWindow
from reports.cells import HIGHEST_BIN, LOWEST_BIN, PER_DECADE, Cells, GroupCells, Spectrum
from reports.charts.svg import Chart
from reports.charts.time_axis import fitted, time_unit
from reports.charts_view import Charts, draw_charts
from reports.history import NS_PER_S, History, build_history
from reports.series import RunSeries, bucket_length_s
from slo.series import TimeBucket

_ZERO = 1_795_000_000 * NS_PER_S


def _bucket(second: int, *, offered: int = 100, p99_ms: float | None = 40.0) -> TimeBucket:
    outcomes = {"ok": offered - 1, "failed": 1} if offered else {}
    halves = None if p99_ms is None else p99_ms / 2
    return TimeBucket(_ZERO + second * NS_PER_S, offered, offered, outcomes, halves, halves, p99_ms)


def _series(*buckets: TimeBucket) -> RunSeries:
    return RunSeries(1.0, buckets, (), _cells(buckets))


def _cells(buckets: tuple[TimeBucket, ...]) -> Cells:
    """All requests of one operation, in the bin of their p99."""
    latency = np.zeros((len(buckets), HIGHEST_BIN - LOWEST_BIN + 1), np.int64)
    for index, bucket in enumerate(buckets):
        if bucket.latency_p99_ms is not None:
            latency[index, round(math.log10(bucket.latency_p99_ms) * PER_DECADE) - LOWEST_BIN] = (
                bucket.achieved
            )
    offered = np.array([bucket.offered for bucket in buckets], np.int64)
    total = int(latency.sum())
    spectrum = Spectrum("get", {200: total} if total else {}, {100: total} if total else {})
    return Cells(
        len(buckets), (GroupCells("get", None, {"ok": offered}, offered, offered, latency),), (spectrum,)
    )


def _history(end_s: int = 10, *phases: str, faults: tuple[FaultWindow, ...] = ()) -> History:
    length_ns = end_s * NS_PER_S // max(len(phases), 1)
    windows = tuple(
        PhaseWindow(name, _ZERO + index * length_ns, _ZERO + (index + 1) * length_ns)
        for index, name in enumerate(phases)
    )
    return build_history(_ZERO, _ZERO + end_s * NS_PER_S, windows, faults)


def _over_time(charts: Charts) -> tuple[Chart, ...]:
    return tuple(chart for chart in charts if chart is not charts.spectrum)


@pytest.mark.parametrize("hostile", ["<script>x</script>", "$x^2$", "#6bab8c 12.3456", 'id="y"', "日本語"])
def test_a_phase_is_named_as_it_is(hostile: str) -> None:
    charts = draw_charts(_series(*map(_bucket, range(10))), _history(10, hostile))
    for chart in _over_time(charts):
        root = ET.fromstring(chart.svg)  # noqa: S314 -- our own drawing
        assert hostile in {element.text for element in root.iter()}
        assert "script" not in {element.tag for element in root.iter()}


def test_ten_seconds_or_none_at_all_can_be_drawn() -> None:
    for buckets in (
        (),
        (_bucket(0),),
        tuple(_bucket(second, offered=0, p99_ms=None) for second in range(10)),
    ):
        for chart in draw_charts(_series(*buckets), _history(10 if buckets else 0)):
            assert ET.fromstring(chart.svg).attrib["role"] == "img"  # noqa: S314 -- our own drawing


def test_a_stretch_without_latency_is_a_gap_and_not_a_zero() -> None:
    whole = [_bucket(second) for second in range(10)]
    holed = [bucket if at != 5 else _bucket(5, p99_ms=None) for at, bucket in enumerate(whole)]

    def moves(buckets: list[TimeBucket]) -> int:
        svg = draw_charts(_series(*buckets), _history()).latency.svg
        (line,) = re.findall(r'<path d="([^"]*)"[^>]*style="[^"]*stroke: var\(--p99\)', svg)
        return str(line).count("M")

    assert (moves(whole), moves(holed)) == (1, 2)


def test_every_axis_names_its_unit() -> None:
    charts = draw_charts(_series(*map(_bucket, range(10))), _history())
    for chart in (charts.latency, charts.heatmap, charts.spectrum):
        assert "latency, ms (log scale)" in chart.svg
    assert "requests per second" in charts.throughput.svg
    assert "not ok per second" in charts.outcomes.svg
    assert "percentile of requests, in %" in charts.spectrum.svg
    for chart in _over_time(charts):
        assert "seconds since the load began" in chart.svg


def test_a_fault_is_shaded_and_numbered_even_when_it_never_healed() -> None:
    at = [_ZERO + second * NS_PER_S for second in (3, 4)]
    window = FaultWindow("redis-down", "1", None, None, injecting_ns=at[0], verified_ns=at[1])
    charts = draw_charts(_series(*map(_bucket, range(10))), _history(faults=(window,)))
    for chart in _over_time(charts):
        assert "var(--fault)" in chart.svg
        assert ">1</text>" in chart.svg
    without = draw_charts(_series(*map(_bucket, range(10))), _history())
    assert "var(--fault)" not in without.latency.svg


def test_the_summary_names_the_peak_and_its_fault() -> None:
    buckets = [_bucket(second, p99_ms=900.0 if second == 6 else 30.0) for second in range(10)]
    at = [_ZERO + second * NS_PER_S for second in (5, 6, 8, 9)]
    window = FaultWindow("redis-down", "1", None, None, at[0], None, at[1], at[2], None, at[3])
    summary = draw_charts(_series(*buckets), _history(faults=(window,))).latency.summary
    assert "between 30 and 900 ms; it peaks at 0:06.0, during fault 1, redis-down." in summary


def test_the_settings_of_the_process_stay_as_they_were() -> None:
    before = dict(mpl.rcParams)
    draw_charts(_series(*map(_bucket, range(10))), _history(10, "a", "b"))
    assert dict(mpl.rcParams) == before


def test_a_day_is_drawn_in_hours_and_few_buckets() -> None:
    assert time_unit(86_400).name == "hours"
    assert [bucket_length_s(duration_s) for duration_s in (0, 150, 240, 241, 86_400, 10**9)] == [
        1,
        1,
        1,
        2,
        600,
        86_400,
    ]
    buckets = tuple(_bucket(600 * index) for index in range(144))
    series = RunSeries(600.0, buckets, (), _cells(buckets))
    svg = draw_charts(series, _history(86_400, "baseline")).throughput.svg
    assert "hours since the load began" in svg
    assert {">0<", ">20<"} <= set(re.findall(r">\d+<", svg))


def test_names_are_cut_to_what_fits() -> None:
    assert fitted("recovery", 200) == "recovery"
    assert fitted("recovery", 32).endswith("…")
    assert fitted("recovery", 10) == ""


def test_coordinates_are_short() -> None:
    svg = draw_charts(_series(*map(_bucket, range(10))), _history(10, "a")).outcomes.svg
    assert re.findall(r"\d+\.\d{4,}", svg) == []
    assert len(svg) < 30_000
