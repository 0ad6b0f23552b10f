"""`stormproof import`, from what a user types to a verdict and its report."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evidence.verdict_record import Verdict
from stormproof.cli.app import build_app
from tests.evidence.importing.sources import FILES, SAMPLES, Sample

VERDICTS = {one.exit_code: one for one in Verdict}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own for each test, with an objective for any service and one for its latency."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "400")
    objectives = tmp_path / "objectives"
    objectives.mkdir()
    for name, spec in (
        ("available", "indicator: availability"),
        ("fast", "indicator: latency, threshold_ms: 100"),
    ):
        (objectives / f"{name}.yaml").write_text(
            f"""
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: foreign
  indicator:
    metadata: {{name: {name}}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: stormproof, spec: {{{spec}}}}}}}
        total: {{metricSource: {{type: stormproof, spec: {{indicator: requests}}}}}}
  timeWindow: [{{duration: 1M, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.5}}]
"""
        )


def stormproof(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


def imported(*arguments: str) -> Path:
    """The run folder that an import made."""
    ended = stormproof("import", *arguments)
    assert ended.exit_code == 0, ended.output
    (folder,) = [path for path in Path("runs").iterdir() if not path.name.startswith(".")]
    assert str(folder.absolute()) in ended.stdout
    return folder


EXPECTED = {
    "k6.json.gz": Verdict.INVALID,
    "k6.csv.gz": Verdict.INVALID,
    "vegeta.gob": Verdict.MISSED,
    "vegeta.json": Verdict.MISSED,
    "vegeta.csv": Verdict.MISSED,
    "wrk2.txt": Verdict.MET,
    "histogram.hlog": Verdict.MET,
    "histogram.hgrm": Verdict.MET,
    "gatling-3.11.log": Verdict.MISSED,
    "locust_full_stats_history.csv": Verdict.NOT_PROVEN,
    "locust_sums_stats_history.csv": Verdict.NOT_PROVEN,
}
"""k6 dropped iterations: what it loaded is not what its script says. Locust's CSV has no latencies. The rest
has too few requests to tell.
"""


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.file)
def test_every_file_comes_to_its_verdict_and_a_report(one: Sample) -> None:
    folder = imported(str(one.path), *one.options)
    judged = stormproof("slo", str(folder), "--objectives", "objectives")
    verdict = VERDICTS[judged.exit_code]
    assert verdict is EXPECTED.get(one.file, Verdict.NOT_PROVEN), judged.output
    reported = stormproof("report", str(folder))
    assert reported.exit_code == 0, reported.output
    page = (folder / "report.html").read_text()
    assert f"{one.format}: {one.file}" in page
    assert "not recorded" in page  # the machine
    assert "Latency counts from" in page
    assert verdict in (folder / "summary.md").read_text()


def test_the_whole_of_run_json_is_printed_as_json() -> None:
    ended = stormproof("import", str(FILES / "vegeta.json"), "--json")
    run = json.loads(ended.stdout)
    assert (run["imported"]["requests"], run["schema"]) == (16, 4)


def test_what_latency_counts_from_and_what_became_of_the_lines_is_told() -> None:
    ended = stormproof("import", str(FILES / "nginx-combined.log"))
    assert "Latency counts from the moment nginx read the first byte" in ended.stdout
    assert "it is not known how long the requests took" in ended.stdout
    assert "nginx-combined.log: 13 of 13 lines made requests" in ended.stdout
    assert "stormproof slo" in ended.stdout


def test_a_warm_up_does_not_count() -> None:
    folder = imported(str(FILES / "histogram.hlog"), "--unit", "ns", "--assume-answered", "--warm-up-s", "2")
    stormproof("slo", str(folder), "--objectives", "objectives")
    verdict = json.loads((folder / "verdict.json").read_text())
    whole = next(one for one in verdict["objectives"] if one["name"] == "available" and one["phase"] is None)
    assert whole["total"] < 61
    assert {check["name"] for check in verdict["validity"]["checks"]} >= {"imported", "phases-walked"}


def test_a_tier_makes_the_shipped_objectives_apply() -> None:
    folder = imported(
        str(FILES / "histogram.hlog"), "--unit", "ns", "--assume-answered", "--tier-from", "fixed:free"
    )
    judged = stormproof("slo", str(folder), "--objectives", str(SHIPPED), "--demand", "latency-free")
    assert VERDICTS[judged.exit_code] is Verdict.NOT_PROVEN, judged.output
    assert "latency-free: 98.36% of 61 requests were good within 1000 ms" in judged.output


SHIPPED = Path(__file__).parents[2] / "slo/objectives"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.json",), "no such file"),
        ((str(FILES / "vegeta.json"), "--from", "artillery"), "--from 'artillery': must be one of auto"),
        ((str(FILES / "histogram.hlog"),), "--unit ns, us or ms"),
        ((str(FILES / "histogram.hlog"), "--unit", "h"), "--unit 'h': must be one of ns, us, ms, s"),
        ((str(FILES / "histogram.hlog"), "--clock", "wall"), "--clock 'wall': must be one of intended, sent"),
        ((str(FILES / "wrk2.txt"), "--started-at", "noon"), "--started-at: 'noon': must be an instant"),
        ((str(FILES / "jmeter.csv"), "--time-zone", "Berlin"), "--time-zone 'Berlin'"),
        ((str(FILES / "jmeter.csv"), "--operation-from", "x"), "--operation-from 'x': must be one of"),
        ((str(FILES / "jmeter.csv"), "--expected-status", "ok"), "--expected-status 'ok'"),
        ((str(FILES / "jmeter.csv"), "--path-template", "x"), "--path-template 'x': must begin with a slash"),
        ((str(FILES / "jmeter.csv"), "--unit", "ms"), "--unit is of no use for jmeter-csv"),
        ((str(FILES / "locust_stats.csv"),), "Import the …_stats_history.csv"),
        ((str(FILES / "gatling-3.13.log"),), "Run the simulation with Gatling 3.11 or older"),
        ((str(FILES / "nginx-named.log"),), "Say what it is: --from FORMAT"),
    ],
)
def test_what_cannot_be_imported_exits_2_and_leaves_no_run(arguments: tuple[str, ...], told: str) -> None:
    ended = stormproof("import", *arguments)
    assert ended.exit_code == 2, ended.output
    assert told in ended.stderr
    assert not Path("runs").exists() or not list(Path("runs").iterdir())


def test_a_bad_line_can_be_skipped() -> None:
    path = Path("vegeta.json")
    path.write_text("{oops\n" + (FILES / "vegeta.json").read_text())
    refused = stormproof("import", str(path), "--from", "vegeta-json")
    assert refused.exit_code == 2
    assert "--skip-bad-lines" in refused.stderr
    folder = imported(str(path), "--from", "vegeta-json", "--skip-bad-lines")
    notes = json.loads((folder / "run.json").read_text())["notes"]
    assert "1 bad lines were skipped (line 1: {oops: must be one JSON object" in notes[-1]
