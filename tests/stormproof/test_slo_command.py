"""`stormproof slo` on tables and runs, and `stormproof availability`: from what a user types to an exit
code."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evidence.timeline import TimelineEvent
from stormproof.cli.app import build_app
from tests.slo.runs import fault, phase, steady, with_bad, write_run

OBJECTIVES = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: available}
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: {metricSource: {type: stormproof, spec: {indicator: availability}}}
        total: {metricSource: {type: stormproof, spec: {indicator: requests}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.95}]
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own for each test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "400")
    Path("slo.yaml").write_text(OBJECTIVES)


def stormproof(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


def table(count: int, *, bad: int = 0) -> str:
    rows = [f"{1777636800 + n},{500 if n < bad else 200}" for n in range(count)]
    Path("access.csv").write_text("\n".join(["ts,status", *rows]) + "\n")
    return "access.csv"


@pytest.mark.parametrize(("count", "bad", "code"), [(59, 0, 0), (58, 0, 3), (59, 40, 1)])
def test_a_table_ends_with_the_exit_code_of_its_verdict(count: int, bad: int, code: int) -> None:
    ended = stormproof("slo", table(count, bad=bad), "--objectives", "slo.yaml")
    assert ended.exit_code == code, ended.output
    assert not Path("runs").exists()


def test_a_table_as_json_is_a_verdict() -> None:
    ended = stormproof("slo", table(59), "--objectives", "slo.yaml", "--json")
    told = json.loads(ended.stdout)
    assert (told["verdict"], told["objectives"][0]["total"]) == ("MET", 59)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("none.csv",), "no such file"),
        ((), "Name a run folder or a file"),
        (("access.csv", "--column", "when=ts"), "must be one of time"),
        (("access.csv", "--setting", "time_zone"), "must be one of time_unit"),
        (("access.csv", "--budget"), "a table knows no faults"),
        (("access.csv", "--looks", "5", "--window"), "exclude each other"),
        (("access.csv", "--demand", "nothing"), "demanded but not defined"),
        (("access.log",), "stormproof import"),
        (("runs/none",), "run.json"),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_says_why(arguments: tuple[str, ...], told: str) -> None:
    table(59)
    ended = stormproof("slo", *arguments, "--objectives", "slo.yaml")
    assert ended.exit_code == 2, ended.output
    assert told in ended.output


def outage() -> Path:
    """100 s of 100 a second; redis is gone from 30 s on, and all fails for ten of them."""
    events: list[TimelineEvent] = [
        *phase("warm-up", 0, 1),
        *phase("baseline", 1, 30),
        *phase("redis-down", 30, 60),
        *phase("recovery", 60, 100),
        *fault(
            "refused",
            (30, 30.1, 30.2, 40, 40.1, 40.2),
            id="redis-down.redis-cache.1",
            experiment="redis-down",
        ),
    ]
    records = with_bad(steady(10_000), *range(3000, 4000))
    return write_run(Path(), records, events).path


def test_a_budget_tells_alerts_and_months() -> None:
    run = str(outage())
    ended = stormproof("slo", run, "--objectives", "slo.yaml", "--frequency", "redis-down=2/month", "--json")
    assert ended.exit_code == 1, ended.output  # ten of 99 seconds
    (told,) = json.loads(ended.stdout)
    assert (told["total"], told["bad"], told["allowed"]) == (9900, 1000, 495.0)
    assert told["remaining"] == pytest.approx(1 - 1000 / 495)
    assert told["burn_rate"] == pytest.approx(1000 / 9900 / 0.05)
    (month,) = told["projections"]
    # Ten seconds of a whole outage, twice a month.
    assert month["outage_minutes"] == pytest.approx(10 / 60, rel=1e-3)
    assert month["minutes_a_month"] == pytest.approx(20 / 60, rel=1e-3)
    # 14.4 x 5% of an hour is 43 minutes of whole outage, 1 x 5% of six hours 18: ten seconds fire nothing.
    assert [(one["alert"], one["fired"]) for one in told["alerts"]] == [
        ("fast burn", False),
        ("slow burn", False),
        ("leak", False),
    ]


def test_an_alert_that_would_have_fired_is_told_with_the_minutes_after_the_fault() -> None:
    text = OBJECTIVES.replace("target: 0.95", "target: 0.9999")
    policy = """  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: errors}
      spec:
        conditions:
          - kind: AlertCondition
            metadata: {name: errors-5m}
            spec:
              severity: page
              condition: {kind: burnrate, op: gt, threshold: 100, lookbackWindow: 5m, alertAfter: 0m}
        notificationTargets: [{kind: AlertNotificationTarget, metadata: {name: me}, spec: {target: mail}}]
"""
    Path("slo.yaml").write_text(text.rstrip() + "\n" + policy)
    run = str(outage())
    ended = stormproof("slo", run, "--objectives", "slo.yaml", "--budget", "--json")
    alerts = {one["alert"]: one for one in json.loads(ended.stdout)[0]["alerts"]}
    # Above 1% of five minutes' requests: 3 s of the outage, seen at the end of the fourth second.
    assert alerts["errors"]["fault"] == "redis-down"
    assert alerts["errors"]["minutes_after_fault"] * 60 == pytest.approx(4, abs=1.01)
    assert alerts["fast burn"]["fired"]
    told = stormproof("slo", run, "--objectives", "slo.yaml", "--budget").stdout
    assert "Alerts that would have fired" in told


def test_an_alert_on_slices_fires_at_the_end_of_a_slice_of_the_clock() -> None:
    # Minutes of the clock; the load began on the minute, and users are counted from a second after it on.
    text = OBJECTIVES.replace("Occurrences", "Timeslices").replace(
        "{target: 0.95}", "{target: 0.9999, timeSliceTarget: 0.95, timeSliceWindow: 1m}"
    )
    Path("slo.yaml").write_text(text)
    ended = stormproof("slo", str(outage()), "--objectives", "slo.yaml", "--budget", "--json")
    alerts = {one["alert"]: one for one in json.loads(ended.stdout)[0]["alerts"]}
    assert alerts["fast burn"]["minutes_after_fault"] == pytest.approx(0.5)  # from 30 s to the minute


def test_looks_are_judged_by_bounds_that_hold_at_each() -> None:
    ended = stormproof("slo", table(59), "--objectives", "slo.yaml", "--looks", "0", "--json")
    told = json.loads(ended.stdout)["objectives"][0]
    assert told["interval"]["method"].startswith("confidence sequence")
    assert ended.exit_code == 3  # 59 prove it once, not at every look


def test_parts_that_do_not_reach_their_target_end_with_1() -> None:
    ended = stormproof("availability", "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["copies_of_all"] == 2
    assert stormproof("availability", "--target", "0.99").exit_code == 0
    assert "not even without a failure" in stormproof("availability").stdout
    Path("parts.yaml").write_text("name: x\ntarget: 0.9\nsystem: {name: a, availability: 99}")
    assert stormproof("availability", "parts.yaml").exit_code == 2


def test_percentiles_are_told_with_bounds_and_refused_where_few() -> None:
    Path("fast.yaml").write_text(OBJECTIVES)
    rows = [f"{1777636800 + n},200,{n * 37 % 100}" for n in range(100)]
    Path("access.csv").write_text("\n".join(["ts,status,latency_ms", *rows]) + "\n")
    ended = stormproof("slo", "access.csv", "--objectives", "fast.yaml", "--percentiles", "--json")
    assert ended.exit_code == 0, ended.output
    told = {one["quantile"]: one for one in json.loads(ended.stdout)}
    assert told[0.5]["low_ms"] < told[0.5]["value_ms"] == 49 < told[0.5]["high_ms"]
    assert told[0.95]["high_ms"] is not None
    assert told[0.99]["value_ms"] is None
    of_run = stormproof("slo", str(outage()), "--objectives", "slo.yaml", "--percentiles")
    assert "p99.9" in of_run.stdout


@pytest.mark.parametrize("as_json", [False, True])
def test_minutes_of_a_table_are_written_beside_its_verdict(as_json: bool) -> None:
    arguments = ("slo", table(100, bad=3), "--objectives", "slo.yaml", "--minutes", "minutes.csv")
    ended = stormproof(*arguments, *(["--json"] if as_json else []))
    assert ended.exit_code == 3, ended.output
    assert Path("minutes.csv").read_text().splitlines() == [
        "objective,minute,requests,good,unknown",
        "available,2026-05-01T12:00Z,60,57,0",
        "available,2026-05-01T12:01Z,40,40,0",
    ]
    if as_json:
        told = json.loads(ended.stdout)
        assert told["verdict"]["verdict"] == "NOT PROVEN"
        assert {one["value_ms"] for one in told["percentiles"]} == {None}


def test_minutes_are_of_a_table_and_need_a_place() -> None:
    of_run = stormproof("slo", str(outage()), "--objectives", "slo.yaml", "--minutes", "minutes.csv")
    assert of_run.exit_code == 2
    nowhere = stormproof("slo", table(60), "--objectives", "slo.yaml", "--minutes", "nowhere/minutes.csv")
    assert nowhere.exit_code == 2


def test_what_is_judged_is_not_written_over() -> None:
    source = table(59)
    before = Path(source).read_text()
    ended = stormproof(
        "slo", "*.csv", "--objectives", "slo.yaml", "--minutes", f"../{Path.cwd().name}/{source}"
    )
    assert (ended.exit_code, Path(source).read_text()) == (2, before)
    assert "is what is judged" in ended.output


def test_one_run_is_not_judged_for_several() -> None:
    for name in ("one", "two"):
        write_run(Path(name), steady(100) if name == "one" else with_bad(steady(100), *range(100)))
    runs = [str(path.parent) for path in Path().rglob("run.json")]
    ended = stormproof("slo", *sorted(runs), "--objectives", "slo.yaml")
    assert ended.exit_code == 2
    assert "one run at a time" in ended.output


@pytest.mark.parametrize(
    ("written", "becomes", "told"),
    [
        ("[{target: 0.95}]", "[{target: 0.95, target: 0.5}]", "'target' is named twice"),
        ("  service: web", "  service: web\n  service: shop", "'service' is named twice"),
        ("{duration: 30d, isRolling: true}", "{duration: 1M, calendar: {startTime: 2026-02-30 00:00:00, "
         "timeZone: UTC}}", "must be well-formed"),
    ],
)  # fmt: skip
def test_an_objective_that_says_two_things_says_none(written: str, becomes: str, told: str) -> None:
    Path("slo.yaml").write_text(OBJECTIVES.replace(written, becomes))
    ended = stormproof("slo", table(59), "--objectives", "slo.yaml")
    assert (ended.exit_code, told in ended.output) == (2, True), ended.output


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (
            "{zone: UTC}",
            r"\[1\].spec.connectionDetails.zone: unknown field 'zone': allowed are columns, time_unit",
        ),
        (
            "{columns: {tme: ts}}",
            r"connectionDetails.columns.tme: unknown field 'tme': allowed are time, latency",
        ),
    ],
)
def test_a_data_source_tells_what_it_may_say(details: str, told: str) -> None:
    source = "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: log}\nspec: {type: stormproof, "
    Path("slo.yaml").write_text(f"{OBJECTIVES}---\n{source}connectionDetails: {details}}}\n")
    ended = stormproof("slo", table(59), "--objectives", "slo.yaml")
    assert ended.exit_code == 2
    assert re.search(told, ended.output), ended.output
