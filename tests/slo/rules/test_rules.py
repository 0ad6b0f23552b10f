"""The rule files of deploy/ are those that objectives and tables make, and count what the service tells."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from reference_service.observability.metrics import LATENCY_BUCKETS_S
from slo.objective import Indicator, Objective, Slices, read_objectives
from slo.promise import Queries
from slo.rules.objectives import objective_groups, window_name
from slo.rules.rule import Recorded, to_yaml
from slo.rules.selection import EDGES_S, NotCountable, counted_by
from slo.rules.thresholds import read_thresholds, threshold_groups, thresholds_file

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy/prometheus/rules"
OBJECTIVES = read_objectives(ROOT / "slo/objectives")

# The analysis, section 4.4: both tables, row by row.
ALERTING_RULES = {"HighErrorRate", "SlowSearches", "ElasticsearchDown", "RateLimitExceeded", "DiskSpaceLow"}
THRESHOLDS = {
    "ElasticsearchHealth": ("Yellow", "Red"),
    "SearchLatencyP99": ("High", "Critical"),
    "IndexLatencyP99": ("High", "Critical"),
    "PodCapacity": ("High", "Critical"),
    "RateLimitRejections": ("High", "Critical"),
    "DiskUsage": ("High", "Critical"),
    "MemoryUsage": ("High", "Critical"),
}


PLAIN = Objective("availability-all", "shop", Indicator.AVAILABILITY, 0.99)


def test_the_rules_of_deploy_are_current() -> None:
    made = to_yaml(objective_groups(OBJECTIVES), "Made by: stormproof rules --objectives slo/objectives")
    assert (RULES / "objectives.yml").read_text() == made, "make it again, as its first line says"
    made = to_yaml(
        threshold_groups(read_thresholds(thresholds_file())), "Made by: stormproof rules --thresholds"
    )
    assert (RULES / "thresholds.yml").read_text() == made, "make it again, as its first line says"


def test_every_row_of_both_tables_is_a_rule() -> None:
    names = {one.alert for one in read_thresholds(thresholds_file())}
    assert names == ALERTING_RULES | {f"{name}{level}" for name, both in THRESHOLDS.items() for level in both}


@pytest.mark.parametrize("one", [one for one in OBJECTIVES if one.threshold_ms], ids=lambda one: one.name)
def test_a_threshold_is_an_edge_of_the_service_s_buckets(one: Objective) -> None:
    assert EDGES_S == LATENCY_BUCKETS_S
    assert (one.threshold_ms or 0) / 1000 in LATENCY_BUCKETS_S


def test_a_threshold_inside_a_bucket_would_be_an_alert_that_never_fires() -> None:
    latency = replace(PLAIN, indicator=Indicator.LATENCY, threshold_ms=250.0)
    with pytest.raises(NotCountable, match="250 ms: no bucket of the service ends there"):
        objective_groups((latency,))


def test_an_objective_with_queries_is_counted_by_them() -> None:
    total, bad = "sum(rate(shop_total[{{.window}}]))", 'sum(rate(shop_total{code=~"5.."}[{{.window}}]))'
    (group,) = objective_groups((replace(PLAIN, queries=Queries(total, bad=bad)),))
    errors = next(rule for rule in group.rules if isinstance(rule, Recorded))
    asked = "sum(rate(shop_total[5m]))"
    assert errors.expr == (
        f'1 - (({asked} - (sum(rate(shop_total{{code=~"5.."}}[5m])) or 0 * {asked})) / {asked})'
    )
    with pytest.raises(NotCountable, match="must be a counter"):
        objective_groups((replace(PLAIN, queries=Queries("a / b", bad=bad)),))


def test_rules_count_requests_and_no_slices_of_time() -> None:
    with pytest.raises(NotCountable, match="not slices of time"):
        objective_groups((replace(PLAIN, slices=Slices(60.0, 0.9)),))


def test_each_objective_is_recorded_over_every_window_of_its_alerts() -> None:
    (group,) = yaml.safe_load(to_yaml(objective_groups((PLAIN,)), "here"))["groups"]
    recorded = {rule["record"] for rule in group["rules"] if "record" in rule}
    for window in ("5m", "30m", "1h", "6h", "3d", "30d"):
        assert f"slo:sli_error:ratio_rate{window}" in recorded
    alerts = [rule for rule in group["rules"] if "alert" in rule]
    assert [alert["labels"]["severity"] for alert in alerts] == ["critical", "critical", "warning"]
    assert "> (14.4 * 0.01)" in alerts[0]["expr"]


def test_a_tier_is_joined_and_an_operation_is_a_route() -> None:
    counted = counted_by(replace(PLAIN, tier="free", operation="get"))
    assert 'tenant_tier{tier="free"} == 1' in counted.total
    assert 'path="/documents/{document_id}",method="GET"' in counted.total
    assert "tenant_tier" not in counted_by(PLAIN).total


def test_a_whole_second_is_written_as_prometheus_has_it() -> None:
    latency = replace(PLAIN, indicator=Indicator.LATENCY, threshold_ms=1000.0)
    assert 'le="1.0"' in counted_by(latency).good


def test_a_tenant_is_a_label() -> None:
    assert 'tenant="acme"' in counted_by(replace(PLAIN, tenant="acme")).total


@pytest.mark.parametrize(
    "indicator", [Indicator.QUALITY, Indicator.STALENESS, Indicator.DURABILITY, Indicator.FRESHNESS]
)
def test_what_no_metric_tells_by_request_is_refused(indicator: Indicator) -> None:
    with pytest.raises(NotCountable, match=f"{indicator}: no metric"):
        counted_by(replace(PLAIN, indicator=indicator, threshold_ms=1000.0))


def test_what_no_metric_tells_is_refused() -> None:
    with pytest.raises(NotCountable, match="operation 'checkout'"):
        counted_by(replace(PLAIN, operation="checkout"))
    with pytest.raises(NotCountable, match="target 'canary'"):
        counted_by(replace(PLAIN, named_target="canary"))


@pytest.mark.parametrize(("window_s", "name"), [(300, "5m"), (3600, "1h"), (86_400, "1d"), (5400, "90m")])
def test_windows_have_the_names_of_prometheus(window_s: float, name: str) -> None:
    assert window_name(window_s) == name
