"""Prometheus itself evaluates the rules: each alert fires when it should, and only then."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from slo.budget.replay import WORKBOOK_RULES, Firing, Series, replay
from slo.objective import read_objectives
from slo.rules.objectives import objective_groups
from slo.rules.rule import to_yaml

pytestmark = pytest.mark.production

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy/prometheus/rules"
REQUEST = '{path="/search",method="GET",status="STATUS",tenant="t"}'
TIER = 'tenant_tier{tenant="t",tier="enterprise"}'
TARGET = 0.9995
PER_MINUTE = 6000
CLOSE_MIN = 3


def promtool(*arguments: str) -> str:
    done = subprocess.run(("promtool", *arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_finds_nothing_to_say() -> None:
    promtool("check", "rules", "--lint-fatal", *(str(file) for file in sorted(RULES.glob("*.yml"))))


def counter(increments: Sequence[int]) -> str:
    return " ".join(str(value) for value in np.cumsum([0, *increments]))


def write_tests(folder: Path, rules: Path, series: dict[str, str], cases: list[dict[str, Any]]) -> Path:
    file = folder / "tests.yml"
    file.write_text(
        yaml.safe_dump(
            {
                "rule_files": [str(rules)],
                "evaluation_interval": "1m",
                "tests": [
                    {
                        "interval": "1m",
                        "input_series": [{"series": name, "values": told} for name, told in series.items()],
                        "alert_rule_test": cases,
                    }
                ],
            }
        )
    )
    return file


# An incident of so many minutes with that share of requests bad, after three days on which all was well.
@pytest.mark.parametrize(("lasts_min", "share"), [(20, 0.05), (240, 0.006), (600, 0.004)])
def test_burn_rate_alerts_fire_when_the_replay_of_the_same_run_does(
    tmp_path: Path, lasts_min: int, share: float
) -> None:
    bad = [0] * 4320 + [round(PER_MINUTE * share)] * lasts_min + [0] * 480
    series = Series(60.0, np.full(len(bad), PER_MINUTE), np.array(bad), 0)
    firings = replay(series, TARGET, WORKBOOK_RULES)
    assert firings, "an incident that no rule sees tests nothing"
    told = {
        f"http_requests_total{REQUEST.replace('STATUS', '200')}": counter([PER_MINUTE - one for one in bad]),
        f"http_requests_total{REQUEST.replace('STATUS', '503')}": counter(bad),
        TIER: f"1x{len(bad)}",
    }
    objective = next(
        one for one in read_objectives(ROOT / "slo/objectives") if one.name == "availability-enterprise"
    )
    rules = tmp_path / "rules.yml"
    rules.write_text(to_yaml(objective_groups((objective,)), "test"))
    alerts = [rule for rule in yaml.safe_load(rules.read_text())["groups"][0]["rules"] if "alert" in rule]
    cases = [
        {
            "eval_time": f"{minute}m",
            "alertname": "ErrorBudgetBurn",
            "exp_alerts": expected(alerts, firings, minute),
        }
        for minute in range(4300, len(bad), 7)
        if not near_a_change(firings, minute)
    ]
    assert {len(case["exp_alerts"]) for case in cases} > {0}, "some fire, and not always"
    promtool("test", "rules", str(write_tests(tmp_path, rules, told, cases)))


def near_a_change(firings: tuple[Firing, ...], minute: int) -> bool:
    """rate() looks at samples, the replay at whole minutes: they agree within a few."""
    changes_s = [at_s for one in firings for at_s in (one.from_s, one.to_s) if at_s is not None]
    return any(abs(at_s / 60 - minute) <= CLOSE_MIN for at_s in changes_s)


def expected(alerts: list[dict[str, Any]], firings: tuple[Firing, ...], minute: int) -> list[dict[str, Any]]:
    """What the replay tells to fire then, as promtool wants it."""
    fire = {
        one.rule.name
        for one in firings
        if one.from_s <= minute * 60 and (one.to_s is None or minute * 60 < one.to_s)
    }
    return [as_expected(alert) for alert in alerts if alert["labels"]["burn"] in fire]


def as_expected(alert: dict[str, Any]) -> dict[str, Any]:
    """A firing alert, with what its rule gives it."""
    return {"exp_labels": alert["labels"], "exp_annotations": alert["annotations"]}


OF_SERIES = {"ElasticsearchDown": {"cluster": "c"}, "ElasticsearchHealthRed": {"cluster": "c"}}
"""Labels that an alert keeps of what it fires for."""

# For each threshold: series with which it fires, and with which it does not, ten minutes long.
STEADY = "0+{}x20"
SEARCHES = {'search_latency_seconds_bucket{le="1.0"}': 100, 'search_latency_seconds_bucket{le="+Inf"}': 100}
CASES = {
    "HighErrorRate": (
        {'http_requests_total{status="200"}': 980, 'http_requests_total{status="500"}': 20},
        {'http_requests_total{status="200"}': 995, 'http_requests_total{status="500"}': 5},
    ),
    "RateLimitRejectionsHigh": (
        {"rate_limited_total": 60, "http_requests_total": 1000},
        {"rate_limited_total": 40, "http_requests_total": 1000},
    ),
    "RateLimitExceeded": (
        {"rate_limited_total": 110, "http_requests_total": 1000},
        {"rate_limited_total": 90, "http_requests_total": 1000},
    ),
    "RateLimitRejectionsCritical": (
        {"rate_limited_total": 160, "http_requests_total": 1000},
        {"rate_limited_total": 140, "http_requests_total": 1000},
    ),
    "SlowSearches": (
        {**SEARCHES, 'search_latency_seconds_bucket{le="0.5"}': 90},
        {**SEARCHES, 'search_latency_seconds_bucket{le="0.5"}': 96},
    ),
}
GAUGES = {
    "ElasticsearchDown": (
        {'elasticsearch_health{cluster="c",status="green"}': 0},
        {'elasticsearch_health{cluster="c",status="green"}': 1},
    ),
    "ElasticsearchHealthRed": (
        {'elasticsearch_health{cluster="c",status="red"}': 1},
        {'elasticsearch_health{cluster="c",status="red"}': 0},
    ),
    "MemoryUsageHigh": (
        {"node_memory_MemAvailable_bytes": 24, "node_memory_MemTotal_bytes": 100},
        {"node_memory_MemAvailable_bytes": 26, "node_memory_MemTotal_bytes": 100},
    ),
    "MemoryUsageCritical": (
        {"node_memory_MemAvailable_bytes": 9, "node_memory_MemTotal_bytes": 100},
        {"node_memory_MemAvailable_bytes": 11, "node_memory_MemTotal_bytes": 100},
    ),
    "DiskUsageHigh": (
        {'node_filesystem_avail_bytes{fstype="ext4"}': 29, 'node_filesystem_size_bytes{fstype="ext4"}': 100},
        {'node_filesystem_avail_bytes{fstype="ext4"}': 31, 'node_filesystem_size_bytes{fstype="ext4"}': 100},
    ),
    "DiskSpaceLow": (
        {'node_filesystem_avail_bytes{fstype="ext4"}': 14, 'node_filesystem_size_bytes{fstype="ext4"}': 100},
        {'node_filesystem_avail_bytes{fstype="ext4"}': 16, 'node_filesystem_size_bytes{fstype="ext4"}': 100},
    ),
}


@pytest.mark.parametrize("fires", [True, False])
@pytest.mark.parametrize("name", sorted([*CASES, *GAUGES]))
def test_a_threshold_fires_beyond_it_and_not_below(tmp_path: Path, name: str, fires: bool) -> None:
    series = {**CASES, **GAUGES}[name][0 if fires else 1]
    told = {one: STEADY.format(value) if name in CASES else f"{value}x20" for one, value in series.items()}
    alert = next(
        rule
        for rule in yaml.safe_load((RULES / "thresholds.yml").read_text())["groups"][0]["rules"]
        if rule["alert"] == name
    )
    labels = alert["labels"] | OF_SERIES.get(name, {})
    expected_alert = {"exp_labels": labels, "exp_annotations": alert["annotations"]}
    case = {"eval_time": "15m", "alertname": name, "exp_alerts": [expected_alert] if fires else []}
    promtool("test", "rules", str(write_tests(tmp_path, RULES / "thresholds.yml", told, [case])))
