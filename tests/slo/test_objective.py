"""Objectives: what the shipped files promise, and what is refused, by name."""

from fractions import Fraction
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.objective import Indicator, read_objective, read_objectives
from slo.objectives import (
    DATA_OBJECTIVES,
    OPERATION_OBJECTIVES,
    RECOVERY_OBJECTIVES,
    SHIPPED_OBJECTIVES,
    THRESHOLD_OBJECTIVES,
)
from slo.recovery_objective import read_recovery_objectives

CALENDAR = "calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}"
LATENCY = (SHIPPED_OBJECTIVES / "latency-enterprise.yaml").read_text()


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in LATENCY
    file = tmp_path / "mine.yaml"
    file.write_text(LATENCY.replace(old, new))
    return file


def test_the_shipped_objectives_are_those_of_the_tiers() -> None:
    objectives = {one.name: one for one in read_objectives(SHIPPED_OBJECTIVES)}
    # The analysis, section 7.2.
    assert {name: (one.target, one.threshold_ms) for name, one in objectives.items()} == {
        "availability-free": (0.99, None),
        "availability-standard": (0.999, None),
        "availability-enterprise": (0.9995, None),
        "latency-free": (0.95, 1000),
        "latency-standard": (0.95, 500),
        "latency-enterprise": (0.95, 200),
    }
    for name, one in objectives.items():
        assert name == f"{one.indicator}-{one.tier}"
        assert one.labels == {"tier": one.tier}
        assert "section 7.2" in one.source
        assert one.service == "document-search"


def test_the_shipped_objectives_of_data_have_the_figures_of_the_analysis() -> None:
    objectives = {one.name: one for one in read_objectives(DATA_OBJECTIVES)}
    # Lifetimes of section 1.1, index latency of 4.4, recovery point of 6.4.
    assert {name: (one.indicator, one.target, one.threshold_ms) for name, one in objectives.items()} == {
        "staleness-search": ("staleness", 0.99, 300_000),
        "staleness-get": ("staleness", 0.99, 600_000),
        "staleness-job": ("staleness", 0.99, 1_800_000),
        "freshness-p99-warning": ("freshness", 0.99, 1000),
        "freshness-p99-critical": ("freshness", 0.99, 5000),
        "durability": ("durability", 0.9999, None),
    }
    assert all("the analysis, section" in one.source for one in objectives.values())


def test_a_target_keeps_every_digit(tmp_path: Path) -> None:
    objective = read_objective(changed(tmp_path, "target: 0.95", "targetPercent: 99.95"))
    assert objective.target == 0.9995
    assert objective.exact_target == Fraction(9995, 10000)


def test_a_threshold_is_whole_nanoseconds(tmp_path: Path) -> None:
    objective = read_objective(changed(tmp_path, "threshold_ms: 200", "threshold_ms: 200.1"))
    assert objective.threshold_ns == 200_100_000
    assert objective.indicator is Indicator.LATENCY


def test_an_objective_may_be_of_one_operation(tmp_path: Path) -> None:
    file = changed(
        tmp_path, "tier: enterprise\n              threshold", "operation: get\n              threshold"
    )
    text = file.read_text().replace(
        "requests\n              tier: enterprise", "requests\n              operation: get"
    )
    file.write_text(text)
    objective = read_objective(file)
    assert (objective.tier, objective.operation) == (None, "get")
    assert objective.labels == {"tier": "enterprise", "operation": "get"}


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("target: 0.95", "target: 95", "spec.objectives[0].target", "a ratio over 0 and under 1"),
        ("target: 0.95", "target: 1", "spec.objectives[0].target", "a ratio over 0 and under 1"),
        ("target: 0.95", "target: 0", "spec.objectives[0].target", "a ratio over 0 and under 1"),
        ("target: 0.95", "target: .nan", "spec.objectives[0].target", "a ratio over 0 and under 1"),
        ("target: 0.95", "targetPercent: 100", "spec.objectives[0].targetPercent", "under 100"),
        ("target: 0.95", "displayName: x", "spec.objectives[0]", "one of target and targetPercent"),
        ("- target: 0.95", "[]", "spec.objectives", "at least 1 item"),
        ("target: 0.95", "targetPercent: 0.95", "spec.objectives[0].targetPercent", "a ratio belongs"),
        ("threshold_ms: 200", "threshold_ms: -1", "spec.threshold_ms", "greater than 0"),
        ("threshold_ms: 200", "threshold_ms: .inf", "spec.threshold_ms", "finite"),
        ("indicator: latency", "indicator: availability", "spec.threshold_ms", "for latency"),
        (
            "indicator: latency",
            "indicator: requests",
            "spec.indicator",
            "must be availability, latency, quality",
        ),
        ("indicator: requests", "indicator: latency", "spec.indicator", "must be requests"),
        ("indicator: latency", "indicator: speed", "spec.indicator", "'availability'"),
        ("indicator: latency", "indicator: staleness", "spec.indicator", "must be answers"),
        ("indicator: latency", "indicator: freshness", "spec.indicator", "must be writes"),
        ("indicator: latency", "indicator: durability", "spec.threshold_ms", "for nothing else"),
        (
            "indicator: latency\n              tier: enterprise",
            "indicator: latency",
            "spec.tier",
            "that of total",
        ),
        (
            "tier: enterprise\n  annotations",
            "tier: free\n  annotations",
            "metadata.labels.tier",
            "'enterprise'",
        ),
        (
            "threshold_ms",
            "treshold_ms",
            "spec.treshold_ms",
            "allowed are indicator, tier, operation, tenant, target, threshold_ms",
        ),
        ("  service:", "  servce: x\n  service:", "spec.servce", "budgetingMethod"),
        (
            "  service:",
            "  indicatorRef: x\n  service:",
            "spec.indicator",
            "one of indicator and indicatorRef",
        ),
        (
            "  service:",
            "  alertPolicies: [none]\n  service:",
            "spec.alertPolicies[0]",
            "no AlertPolicy of this",
        ),
        ("isRolling: true", "isRolling: false", "spec.timeWindow[0].isRolling", "must be true"),
        (
            "isRolling: true",
            "isRolling: true\n      calendar: {}",
            "spec.timeWindow[0].calendar.startTime",
            "required",
        ),
        (
            "isRolling: true",
            f"isRolling: true\n      {CALENDAR}",
            "spec.timeWindow[0].isRolling",
            "must be false",
        ),
        (
            "isRolling: true",
            f"{CALENDAR.replace('Europe/Berlin', 'Mars/Base')}",
            "spec.timeWindow[0].calendar.timeZone",
            "IANA",
        ),
        (
            "isRolling: true",
            f"{CALENDAR.replace('00:00:00', '00:00:00+01:00')}",
            "spec.timeWindow[0].calendar.startTime",
            "no zone of its own",
        ),
        ("duration: 1M", "duration: 30 days", "spec.timeWindow[0].duration", "pattern"),
        ("Occurrences", "Timeslices", "spec.objectives[0].timeSliceTarget", "needed for"),
        ("Occurrences", "Timeslices", "spec.objectives[0].timeSliceWindow", "needed for"),
        (
            "target: 0.95",
            "target: 0.95\n      timeSliceWindow: 1m",
            "spec.objectives[0].timeSliceWindow",
            "needed",
        ),
        (
            "target: 0.95",
            "target: 0.95\n      compositeWeight: 2",
            "spec.objectives[0].compositeWeight",
            "weigh",
        ),
        ("kind: SLO", "kind: AlertPolicy", "spec.conditions", "required"),
        ("kind: SLO", "kind: SLA", "kind", "'SLO', 'SLI'"),
        (
            "  annotations:",
            "  annotations:\n    stormproof/budget-spent-half: freeze",
            "metadata.annotations",
            "must end in a percentage",
        ),
        ("openslo/v1", "openslo/v1alpha", "apiVersion", "'openslo/v1'"),
        ("type: stormproof", "type: Prometheus", "metricSource.type", "'stormproof'"),
        ("name: latency-enterprise", "name: Latency Enterprise", "metadata.name", "pattern"),
        ("target: 0.95", "target: 0.95\n      op: lte", "spec.objectives", "leave them out"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    tmp_path: Path, old: str, new: str, where: str, says: str
) -> None:
    file = changed(tmp_path, old, new)
    with pytest.raises(InvalidFile) as caught:
        read_objectives(file)
    assert caught.value.file == file
    assert any(where in problem.where and says in problem.allowed for problem in caught.value.problems), str(
        caught.value
    )


def test_two_objectives_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LATENCY)
    (tmp_path / "b.yaml").write_text(LATENCY)
    with pytest.raises(InvalidFile, match=r"b.yaml(.|\n)*a.yaml has it already"):
        read_objectives(tmp_path)


def test_a_folder_without_objectives_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="must hold OpenSLO files"):
        read_objectives(tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="no such file"):
        read_objectives(tmp_path / "none.yaml")


def test_each_operation_within_its_limit_is_promised_what_its_tier_is() -> None:
    objectives = {one.name: one for one in read_objectives(OPERATION_OBJECTIVES)}
    assert len(objectives) == 15
    # The analysis, sections 7.2 and 7.3.
    bulk = objectives["bulk-free"]
    assert (bulk.tier, bulk.operation, bulk.target) == ("free", "bulk", 0.99)
    assert bulk.labels["limit_per_min"] == "1"
    assert objectives["get-enterprise"].labels["limit_per_min"] == "2000"
    assert objectives["get-enterprise"].target == 0.9995


def test_the_thresholds_of_monitoring_are_objectives() -> None:
    objectives = {one.name: one for one in read_objectives(THRESHOLD_OBJECTIVES)}
    # The analysis, section 4.4.
    assert {name: (one.operation, one.target, one.threshold_ms) for name, one in objectives.items()} == {
        "search-p99-warning": ("search", 0.99, 500),
        "search-p99-critical": ("search", 0.99, 2000),
        "index-p99-warning": ("index", 0.99, 1000),
        "index-p99-critical": ("index", 0.99, 5000),
        "search-p95-warning": ("search", 0.95, 500),
        "error-rate": (None, 0.99, None),
    }
    (alert,) = objectives["error-rate"].alerts
    assert (alert.name, alert.severity, alert.lookback_s) == ("high-error-rate", "critical", 300)


def test_recovery_objectives_are_those_of_the_analysis() -> None:
    found = {one.name: one for one in read_recovery_objectives(RECOVERY_OBJECTIVES)}
    # The analysis, sections 6.3 and 6.4.
    assert (found["single-node"].recovery_time_s, found["single-node"].recovery_point_s) == (300, 0)
    assert (found["full-pod"].recovery_time_s, found["full-pod"].recovery_point_s) == (14_400, 21_600)
    assert (found["redis-restore"].recovery_time_s, found["redis-restore"].recovery_point_s) == (1800, 3600)
    assert len(found) == 8


def test_half_a_recovery_objective_is_refused(tmp_path: Path) -> None:
    text = (RECOVERY_OBJECTIVES / "recovery.yaml").read_text()
    file = tmp_path / "recovery.yaml"
    file.write_text(text.replace("    stormproof/recovery-point: 1h\n", ""))
    with pytest.raises(InvalidFile, match=r"\[6\]\.metadata\.annotations\.stormproof/recovery-point"):
        read_recovery_objectives(file)


def test_the_tiers_say_what_happens_as_the_budget_is_spent() -> None:
    for one in read_objectives(SHIPPED_OBJECTIVES):
        assert [step.spent for step in one.policy] == [0.5, 0.75, 1.0]
