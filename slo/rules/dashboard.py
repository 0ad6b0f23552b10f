"""A dashboard as Grafana reads it: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from string import ascii_uppercase

from slo.rules.panels import Panel, Row

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS, _HEIGHT, _ABREAST = 24, 8, 3
_SCHEMA = 39
"""Of Grafana 11; newer versions read it and bring it up to date."""
_WORSE_UPWARDS = ("green", "yellow", "orange", "red")
_BAD_BELOW = ("red", "green")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Rows of panels."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]


def to_json(dashboard: Dashboard) -> str:
    """A file that Grafana imports, or provisions."""
    content = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": ["stormproof", "slo"],
        "schemaVersion": _SCHEMA,
        "editable": True,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "timezone": "utc",
        "templating": {
            "list": [
                {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}
            ]
        },
        "panels": [{"id": number, **panel} for number, panel in enumerate(_panels(dashboard.rows), 1)],
    }
    return json.dumps(content, indent=2) + "\n"


def _panels(rows: Sequence[Row]) -> Iterator[dict[str, object]]:
    top = 0
    for row in rows:
        yield {"type": "row", "title": row.row, "collapsed": False, "gridPos": _place(0, top, _COLUMNS, 1)}
        top += 1
        for line in batched(row.panels, _ABREAST):
            width = _COLUMNS // len(line)
            for position, panel in enumerate(line):
                yield _panel(panel, _place(position * width, top, width, _HEIGHT))
            top += _HEIGHT


def _panel(panel: Panel, place: dict[str, int]) -> dict[str, object]:
    return {
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "targets": [
            {"refId": name, "datasource": _SOURCE, "expr": query.expr, "legendFormat": query.legend}
            for name, query in zip(ascii_uppercase, panel.queries, strict=False)
        ],
    }


def _defaults(panel: Panel) -> dict[str, object]:
    if not panel.lines:
        return {"unit": panel.unit}
    colours = _BAD_BELOW if panel.bad_below else _WORSE_UPWARDS
    steps = [
        {"color": colour, "value": value}
        for colour, value in zip(colours, (None, *panel.lines), strict=False)
    ]
    return {
        "unit": panel.unit,
        "custom": {"thresholdsStyle": {"mode": "dashed"}},
        "thresholds": {"mode": "absolute", "steps": steps},
    }


def _place(left: int, top: int, width: int, height: int) -> dict[str, int]:
    return {"x": left, "y": top, "w": width, "h": height}
