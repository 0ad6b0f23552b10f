from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.objective import read_objectives
from slo.prometheus.counters import Counters, counters_of, labels_asked, metric_of, selector_of, suffixed
from slo.prometheus.errors import PrometheusError
from slo.promise import Indicator, Objective, Queries

OBJECTIVE = Objective("answered", "shop", Indicator.AVAILABILITY, 0.99)


@pytest.mark.parametrize(
    "query",
    [
        'requests_total{code=~"5..",path="/a)b"}',
        ' sum(requests_total{code=~"5..",path="/a)b"}) ',
        'sum by (job, path) (requests_total{code=~"5..",path="/a)b"})',
        'sum(rate(requests_total{code=~"5..",path="/a)b"}[5m]))',
        'sum(rate(requests_total{code=~"5..",path="/a)b"}[{{.window}}]))',
        'increase(requests_total{code=~"5..",path="/a)b"}[1h])',
    ],
)
def test_a_counter_is_found_in_what_people_write(query: str) -> None:
    assert selector_of(OBJECTIVE, query) == 'requests_total{code=~"5..",path="/a)b"}'


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate(a_total[5m])) / sum(rate(b_total[5m]))",
        "sum(rate(a_total[5m])",
        "a_total + b_total",
        "histogram_quantile(0.9, a_bucket)",
        "1 - a_total",
        "",
    ],
)
def test_what_is_no_counter_is_refused(query: str) -> None:
    with pytest.raises(PrometheusError, match=r"answered: .*must be a counter"):
        selector_of(OBJECTIVE, query)


def test_names_and_labels_are_read_off_a_selector() -> None:
    selector = 'a_total{code=~"5..", path!="/x,y=\\"z\\""}'
    assert (metric_of(selector), labels_asked(selector)) == ("a_total", ("code", "path"))
    assert suffixed("a_seconds", "_bucket", 'le="1"') == 'a_seconds_bucket{le="1"}'
    assert suffixed('a_seconds{x="{y}",}', "_count") == 'a_seconds_count{x="{y}"}'


def test_without_queries_the_metrics_of_the_reference_service_are_asked() -> None:
    searches = counters_of(replace(OBJECTIVE, operation="search", tier="free"))
    assert searches == Counters(
        'http_requests_total{path="/search"}',
        bad='http_requests_total{path="/search",status=~"5.."}',
        members='max by (tenant) (tenant_tier{tier="free"}) == 1',
    )
    of_one = counters_of(replace(OBJECTIVE, operation="search", tenant="acme"))
    assert of_one.total == 'http_requests_total{path="/search",tenant="acme"}'
    slow = counters_of(replace(OBJECTIVE, indicator=Indicator.LATENCY, threshold_ms=200, operation="job"))
    assert slow == Counters('http_request_duration_seconds{path="/jobs/{job_id}"}', threshold_s=0.2)
    with pytest.raises(PrometheusError, match="must be one of search"):
        counters_of(replace(OBJECTIVE, operation="token"))


LIVE = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: answered}
spec:
  service: shop
  indicator:
    spec:
      ratioMetric:
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(a_total{code="500"}[5m]))'}}}
        total: {metricSource: {metricSourceRef: here, spec: {query: a_total}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: here}
spec: {type: prometheus, connectionDetails: {url: 'http://127.0.0.1:9090'}}
"""
SLOTH = """
version: prometheus/v1
service: shop
slos:
  - name: answered
    objective: 99
    sli:
      events:
        error_query: sum(rate(a_total{code="500"}[{{.window}}]))
        total_query: sum(rate(a_total[{{.window}}]))
    alerting: {name: x, page_alert: {disable: true}, ticket_alert: {disable: true}}
"""


@pytest.mark.parametrize("text", [LIVE, SLOTH])
def test_queries_alone_make_an_objective_of_a_prometheus_and_of_nothing_else(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "slo.yaml"
    file.write_text(text)
    (objective,) = read_objectives(file, live=True)
    assert objective.queries is not None
    assert counters_of(objective) == Counters("a_total", bad='a_total{code="500"}')
    with pytest.raises(InvalidFile, match="stormproof"):
        read_objectives(file)


def test_queries_win_over_what_the_evidence_of_a_run_is_asked() -> None:
    objective = replace(OBJECTIVE, queries=Queries("a_total", good="b_total"))
    assert counters_of(objective) == Counters("a_total", good="b_total")
