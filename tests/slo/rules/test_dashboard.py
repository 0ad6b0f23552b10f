"""The dashboard of deploy/ is the one that objectives make, and asks for series that there are."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from reference_service.observability.metrics import Metrics
from slo.objective import read_objectives
from slo.rules.dashboard import to_json
from slo.rules.objective_panels import objective_rows, objectives_dashboard
from slo.rules.objectives import objective_groups
from slo.rules.panels import Query
from slo.rules.rule import Recorded

ROOT = Path(__file__).parents[3]
FILE = ROOT / "deploy/grafana/objectives.json"
OBJECTIVES = read_objectives(ROOT / "slo/objectives")
MADE_BY = "Made by: stormproof rules --objectives slo/objectives --grafana"
DASHBOARD = objectives_dashboard(OBJECTIVES, MADE_BY)
QUERIES = tuple(query for row in DASHBOARD.rows for panel in row.panels for query in panel.queries)

ALERTS = {"ALERTS": {"alertname", "alertstate", "slo", "service", "tier", "burn", "severity"}}
"""Prometheus' own series of firing alerts, with the labels of ours."""
FUNCTIONS = {"sum", "rate", "max", "min", "count", "histogram_quantile", "by", "on", "group_left"}
GROUPED = r"\b(?:by|on|group_left)\s*\(([^)]*)\)"


def exported() -> dict[str, set[str]]:
    """Every series of the service, and every one that the rules record, with its labels."""
    found: dict[str, set[str]] = {}
    for collector, names in Metrics(10).registry._collector_to_names.items():
        labels = {*collector._labelnames, "le"}  # type: ignore[attr-defined]  # not public
        found |= dict.fromkeys(names, labels)
    for group in objective_groups(OBJECTIVES):
        for rule in group.rules:
            if isinstance(rule, Recorded):
                found.setdefault(rule.record, set()).update(rule.labels)
    return found | ALERTS


def asked_for(query: Query) -> tuple[set[str], set[str]]:
    """Series, and labels."""
    labels = {
        name.strip() for names in re.findall(GROUPED, query.expr) for name in names.split(",") if name.strip()
    }
    labels |= set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", query.expr))
    labels |= set(re.findall(r"{{\s*(\w+)\s*}}", query.legend))
    bare = re.sub(r"{[^}]*}|\[[^\]]*\]", "", re.sub(GROUPED, "", query.expr))
    return set(re.findall(r"[A-Za-z_:][\w:]*", bare)) - FUNCTIONS, labels


def test_the_dashboard_of_deploy_is_current() -> None:
    assert FILE.read_text() == to_json(DASHBOARD), "make it again, as its description says"


@pytest.mark.parametrize("query", QUERIES, ids=lambda one: one.expr[:60])
def test_every_series_and_label_that_is_asked_for_is_there(query: Query) -> None:
    there = exported()
    series, labels = asked_for(query)
    assert series, query.expr
    assert series <= set(there)
    assert labels <= set().union(*(there[one] for one in series))


def test_a_series_or_a_label_that_is_not_there_is_found() -> None:
    there = exported()
    assert not asked_for(Query("sum(rate(http_request_total[5m]))", ""))[0] <= set(there)
    _, labels = asked_for(Query("sum by (route) (rate(http_requests_total[5m]))", "{{route}}"))
    assert not labels <= there["http_requests_total"]


def test_each_objective_has_its_burn_rates_and_all_have_their_budgets() -> None:
    glance, burning = objective_rows(OBJECTIVES)
    assert [panel.title.partition(":")[0] for panel in burning.panels] == [one.name for one in OBJECTIVES]
    assert all(panel.lines == (1.0, 6.0, 14.4) for panel in burning.panels)
    assert {query.legend for query in burning.panels[0].queries} == {"5m", "30m", "1h", "6h", "3d"}
    assert all(one.name in glance.panels[0].queries[0].expr for one in OBJECTIVES)


def test_panels_lie_beside_and_below_each_other() -> None:
    panels = json.loads(FILE.read_text())["panels"]
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert all(0 <= x < 24 for x, _ in taken)
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.production
def test_prometheus_understands_every_query(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": one.expr} for number, one in enumerate(QUERIES)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = subprocess.run(
        ("promtool", "check", "rules", str(file)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(QUERIES)} rules found" in done.stdout
