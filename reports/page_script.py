"""What makes the page's charts interactive: a script of our own, and the figures that it draws from."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files

import numpy as np
import orjson
from markupsafe import Markup

from reports.cells import LOWEST_BIN, PER_DECADE, Counts, GroupCells
from reports.charts.heatmap import BINS_A_ROW, heat_levels, heat_rows
from reports.charts.svg import MOVING
from reports.charts.time_axis import time_unit
from reports.charts_view import Charts
from reports.history import NS_PER_S, History
from reports.palette import HEAT, OUTCOMES
from reports.series import RunSeries
from reports.spectrum import operation_lines

_FILES = ("report_charts.js", "report_controls.js")
"""In this order: one scope."""


@dataclass(frozen=True, slots=True)
class PageScript:
    """The script element's content, its figures, and the hash by which the page's policy lets it run."""

    code: Markup
    data: Markup
    hash: str


def page_script(series: RunSeries, history: History, charts: Charts) -> PageScript:
    """The script of a page with these charts."""
    templates = files("reports") / "templates"
    parts = "".join((templates / name).read_text(encoding="utf-8") for name in _FILES)
    # Without blank lines, as the page is written: the hash is of every byte.
    code = "\n".join(['"use strict";', "{", *(line for line in parts.split("\n") if line.strip()), "}"])
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    # Inside a script element only "<" could end it.
    data = orjson.dumps(_figures(series, history, charts), option=orjson.OPT_SERIALIZE_NUMPY)
    return PageScript(
        Markup(code),  # noqa: S704 -- our own file
        Markup(data.decode().replace("<", "\\u003c")),  # noqa: S704 -- the same, escaped for where it stands
        f"sha256-{digest}",
    )


def _figures(series: RunSeries, history: History, charts: Charts) -> Mapping[str, object]:
    """As the script reads them; instants in seconds since the load began."""
    unit = time_unit(history.end_s)
    start_s = (series.buckets[0].start_ns - history.zero_ns) / NS_PER_S
    levels = heat_levels(int(heat_rows(series.cells.latency).max(initial=0)))
    return {
        "moving": MOVING,
        "end": max(history.end_s, 1.0),
        "unit": [unit.seconds, unit.name],
        "start": start_s,
        "step": series.bucket_s,
        "buckets": len(series.buckets),
        "plots": {chart.name: [asdict(plot) for plot in chart.plots] for chart in charts},
        "phases": [[phase.name, phase.start_s, phase.end_s] for phase in history.phases],
        "faults": [
            [one.number, one.name, one.begins_s, one.verified_s, one.healing_s, one.heal_verified_s]
            for one in history.episodes
            if one.begins_s is not None
        ],
        "outcomes": [outcome.value for outcome in OUTCOMES],
        "heat": {"tokens": HEAT, "levels": levels, "rowBins": BINS_A_ROW},
        "bins": {"lowest": LOWEST_BIN, "perDecade": PER_DECADE},
        "percentiles": [
            [bucket.latency_p50_ms, bucket.latency_p95_ms, bucket.latency_p99_ms] for bucket in series.buckets
        ],
        "spectrumOrder": [one.name for one in operation_lines(series.cells)],
        "groups": [_group(group) for group in series.cells.groups],
    }


def _group(group: GroupCells) -> Mapping[str, object]:
    return {
        "operation": group.operation,
        "tier": group.tier,
        "offered": group.offered,
        "achieved": group.achieved,
        "outcomes": group.outcomes,
        "latency": [_sparse(row) for row in group.latency],
    }


def _sparse(row: Counts) -> list[int]:
    """Pairs of a bin, as its distance from the one before, and its count."""
    used = np.flatnonzero(row)
    return np.column_stack([np.diff(used, prepend=0), row[used]]).ravel().tolist()
