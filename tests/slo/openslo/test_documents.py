"""OpenSLO v1 beyond one SLO with an inline ratio: references, thresholds, windows, slices, composites,
alerts."""

from datetime import datetime
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.objective import read_objectives
from slo.openslo.library import KINDS
from slo.promise import Budgeting, BurnAlert, Indicator, Objective, Slices
from slo.windows import CalendarStart

HEAD = "apiVersion: openslo/v1\nkind: {kind}\nmetadata:\n  name: {name}\n"
SOURCE = "metricSource: {type: stormproof, spec: {indicator: %s}}"
RATIO = f"ratioMetric: {{good: {{{SOURCE % 'availability'}}}, total: {{{SOURCE % 'requests'}}}}}"
SLI = HEAD.format(kind="SLI", name="answered") + f"spec:\n  {RATIO}\n"
SLO = (
    HEAD.format(kind="SLO", name="web")
    + """spec:
  service: web
  indicatorRef: answered
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
"""
)
ALERTING = """---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: CpuPolicy}
spec:
  alertWhenBreaching: true
  alertWhenResolved: false
  alertWhenNoData: false
  conditions:
    - conditionRef: cpu-usage-breach
  notificationTargets:
    - targetRef: OnCallDevopsMailNotification
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: cpu-usage-breach}
spec:
  severity: page
  condition: {kind: burnrate, op: lte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: OnCallDevopsMailNotification}
spec: {target: email}
"""


def written(tmp_path: Path, *documents: str) -> Path:
    file = tmp_path / "slo.yaml"
    file.write_text("---\n".join(documents))
    return file


def only(tmp_path: Path, *documents: str) -> Objective:
    (objective,) = read_objectives(written(tmp_path, *documents))
    return objective


def refused(tmp_path: Path, *documents: str) -> str:
    with pytest.raises(InvalidFile) as caught:
        read_objectives(written(tmp_path, *documents))
    return str(caught.value)


def test_all_kinds_are_known() -> None:
    assert set(KINDS) == {
        *("DataSource", "SLO", "SLI", "Service"),
        *("AlertPolicy", "AlertCondition", "AlertNotificationTarget"),
    }


def test_an_sli_may_stand_in_a_document_of_its_own(tmp_path: Path) -> None:
    assert only(tmp_path, SLI, SLO).indicator is Indicator.AVAILABILITY


def test_documents_of_a_folder_know_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SLO)
    (tmp_path / "b.yaml").write_text(SLI)
    assert [one.name for one in read_objectives(tmp_path)] == ["web"]


def test_a_problem_is_told_with_the_document_it_is_in(tmp_path: Path) -> None:
    told = refused(tmp_path, SLI, SLO.replace("0.99", "99"))
    assert "[1].spec.objectives[0].target: 99.0: a ratio over 0 and under 1" in told
    unknown = refused(tmp_path, SLI, SLO.replace("  service", "  servce: x\n  service"))
    assert "[1].spec.servce: unknown field 'servce'" in unknown


def test_a_name_that_no_document_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    assert "no SLI of this name; there are: answered" in refused(
        tmp_path, SLI, SLO.replace("Ref: answered", "Ref: answred")
    )
    service = HEAD.format(kind="Service", name="shop") + "spec: {}\n"
    assert "no Service of this name; there are: shop" in refused(tmp_path, SLI, SLO, service)


def test_two_documents_of_one_kind_and_name_are_refused(tmp_path: Path) -> None:
    assert "has it already" in refused(tmp_path, SLI, SLI, SLO)


@pytest.mark.parametrize("indicator", ["latency", "staleness", "freshness"])
@pytest.mark.parametrize(("op", "in_time_ns"), [("lte", 200_000_000), ("lt", 199_999_999)])
def test_a_threshold_metric_compares_times(tmp_path: Path, op: str, in_time_ns: int, indicator: str) -> None:
    sli = HEAD.format(kind="SLI", name="answered") + f"spec:\n  thresholdMetric: {{{SOURCE % indicator}}}\n"
    slo = SLO + f"      op: {op}\n      value: 200\n"
    objective = only(tmp_path, sli, slo)
    assert (objective.indicator, objective.threshold_ns) == (indicator, in_time_ns)
    assert "must be lte or lt" in refused(tmp_path, sli, slo.replace(op, "gte"))


@pytest.mark.parametrize("indicator", ["quality", "durability", "writes", "answers"])
def test_a_threshold_metric_needs_a_time(tmp_path: Path, indicator: str) -> None:
    sli = HEAD.format(kind="SLI", name="answered") + f"spec:\n  thresholdMetric: {{{SOURCE % indicator}}}\n"
    told = refused(tmp_path, sli, SLO + "      op: lte\n      value: 200\n")
    assert "must be latency or staleness or freshness" in told


@pytest.mark.parametrize(("selector", "field"), [("tenant", "tenant"), ("target", "named_target")])
def test_a_tenant_or_a_target_may_be_chosen_as_a_tier_is(tmp_path: Path, selector: str, field: str) -> None:
    of_one = SLI.replace("indicator: availability", f"indicator: availability, {selector}: acme")
    assert "must be that of total: None" in refused(tmp_path, of_one, SLO)
    objective = only(
        tmp_path, of_one.replace("indicator: requests", f"indicator: requests, {selector}: acme"), SLO
    )
    assert (getattr(objective, field), objective.labels[selector]) == ("acme", "acme")


def test_a_ratio_of_bad_to_total_is_the_same_promise(tmp_path: Path) -> None:
    assert only(tmp_path, SLI.replace("good:", "bad:"), SLO) == only(tmp_path, SLI, SLO)
    both = SLI.replace("good:", f"bad: {{{SOURCE % 'availability'}}}, good:")
    assert "one of good and bad" in refused(tmp_path, both, SLO)


def test_a_stored_ratio_is_not_what_is_recorded(tmp_path: Path) -> None:
    raw = f"ratioMetric: {{raw: {{{SOURCE % 'availability'}}}, rawType: success}}"
    assert "no stored ratio" in refused(tmp_path, SLI.replace(RATIO, raw), SLO)


def test_a_source_may_have_its_type_from_a_data_source(tmp_path: Path) -> None:
    source = HEAD.format(kind="DataSource", name="logs") + "spec: {type: stormproof, connectionDetails: {}}\n"
    sli = SLI.replace("type: stormproof", "metricSourceRef: logs")
    assert only(tmp_path, source, sli, SLO).indicator is Indicator.AVAILABILITY
    assert "no DataSource of this name; there are: none" in refused(tmp_path, sli, SLO)


def test_an_objective_for_another_system_says_what_stands_for_it(tmp_path: Path) -> None:
    sli = SLI.replace("type: stormproof", "type: Prometheus").replace("indicator:", "query:")
    told = refused(tmp_path, sli, SLO)
    assert "'Prometheus': must be 'stormproof'; to judge requests by an objective for another system" in told
    annotations = 'annotations: {stormproof/indicator: latency, stormproof/threshold-ms: "250"}'
    objective = only(tmp_path, sli, SLO.replace("name: web\n", f"name: web\n  {annotations}\n"))
    assert (objective.indicator, objective.threshold_ms) == (Indicator.LATENCY, 250)


def test_slices_of_time(tmp_path: Path) -> None:
    # examples/budgeting-method of OpenSLO: a slice a minute, good from 95% on.
    timeslices = SLO.replace("Occurrences", "Timeslices") + (
        "      timeSliceTarget: 0.95\n      timeSliceWindow: 1m\n"
    )
    objective = only(tmp_path, SLI, timeslices)
    assert (objective.budgeting, objective.slices) == (Budgeting.TIMESLICES, Slices(60.0, 0.95))
    # A bare number is minutes.
    ratios = SLO.replace("Occurrences", "RatioTimeslices") + "      timeSliceWindow: 5\n"
    objective = only(tmp_path, SLI, ratios)
    assert (objective.budgeting, objective.slices) == (Budgeting.RATIO_TIMESLICES, Slices(300.0, None))
    assert "a ratio over 0, at most 1" in refused(tmp_path, SLI, timeslices.replace("0.95", "95"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("1.0e-12", "1e-12: must be whole seconds"),
        ("0.0166", "0.0166: must be whole seconds"),
        ("1M", "'1M': months differ in length"),
        ("60d", "'60d': must be no longer than the timeWindow"),
        ("100000", "100000.0: must be no longer than the timeWindow"),
    ],
)
def test_slices_that_no_clock_has_are_refused(tmp_path: Path, written: str, told: str) -> None:
    slices = f"      timeSliceTarget: 0.95\n      timeSliceWindow: {written}\n"
    window = "  timeWindow: [{duration: 28d, isRolling: true}]\n"
    message = refused(tmp_path, SLI, SLO.replace("Occurrences", "Timeslices") + slices + window)
    assert f"spec.objectives[0].timeSliceWindow: {told}" in message


@pytest.mark.parametrize("written", ["99999999999999999999Y", "9999999Y", "41Q"])
def test_a_window_beyond_the_calendar_is_refused(tmp_path: Path, written: str) -> None:
    told = f"spec.timeWindow[0].duration: '{written}': must be at most 10 years"
    window = f"  timeWindow: [{{duration: {written}, isRolling: true}}]\n"
    assert told in refused(tmp_path, SLI, SLO + window)


def test_a_calendar_window_has_a_start_and_a_zone(tmp_path: Path) -> None:
    window = """  timeWindow:
    - duration: 1w
      calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}
"""
    objective = only(tmp_path, SLI, SLO + window)
    assert objective.calendar == CalendarStart(datetime(2022, 1, 1, 12), "America/New_York")  # noqa: DTZ001 -- local by its zone
    assert objective.window == "1w"


def test_a_file_without_documents_is_refused(tmp_path: Path) -> None:
    assert "must hold OpenSLO documents" in refused(tmp_path, "[]")
    assert "must hold at least one SLO" in refused(tmp_path, SLI)


def test_a_composite_slo_is_one_objective_each(tmp_path: Path) -> None:
    parts = f"""
    - displayName: Pages answered
      target: 0.999
      compositeWeight: 3
      indicatorRef: answered
    - target: 0.95
      indicator: {{spec: {{ratioMetric: {{good: {{metricSource: {{type: stormproof,
        spec: {{indicator: latency, threshold_ms: 300}}}}}}, total: {{{SOURCE % "requests"}}}}}}}}}
"""
    slo = SLO.replace("  indicatorRef: answered\n", "").replace("\n    - target: 0.99\n", parts)
    objectives = {one.name: one for one in read_objectives(written(tmp_path, SLI, slo))}
    assert {name: (one.target, one.weight, one.composite) for name, one in objectives.items()} == {
        "web-pages-answered": (0.999, 3.0, "web"),
        "web-2": (0.95, 1.0, "web"),
    }
    assert objectives["web-2"].threshold_ms == 300


def test_alerts_are_followed_to_whom_they_tell(tmp_path: Path) -> None:
    slo = SLO + "  alertPolicies:\n    - alertPolicyRef: CpuPolicy\n"
    (alert,) = only(tmp_path, SLI, slo + ALERTING).alerts
    assert alert == BurnAlert(
        "CpuPolicy", "page", "lte", 2.0, 3600.0, 300.0, ("OnCallDevopsMailNotification (email)",)
    )
    broken = ALERTING.replace("conditionRef: cpu-usage-breach", "conditionRef: memory")
    assert "no AlertCondition of this name; there are: cpu-usage-breach" in refused(
        tmp_path, SLI, slo + broken
    )
    with_zone = ALERTING.replace("lookbackWindow: 1h", "lookbackWindow: an hour")
    assert "lookbackWindow" in refused(tmp_path, SLI, slo + with_zone)


def test_a_list_of_documents_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    indented = ["- " + one.rstrip().replace("\n", "\n  ") for one in (SLI, SLO)]
    file.write_text("\n".join(indented))
    assert [one.name for one in read_objectives(file)] == ["web"]
