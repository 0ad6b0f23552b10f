"""`stormproof slo` and `month` of a Prometheus: from what a user types to an exit code."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slo.objective import read_objectives
from slo.prometheus.counters import counters_of
from stormproof.cli.app import build_app

PAGE = (Path(__file__).parents[2] / "docs/months.md").read_text()
NOBODY = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "400")
    _, objectives = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    Path("slo.yaml").write_text(objectives)


def stormproof(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


def test_the_objective_of_the_page_is_understood() -> None:
    (objective,) = read_objectives(Path("slo.yaml"), live=True)
    counters = counters_of(objective)
    assert (counters.total, counters.bad) == ("http_requests_total", 'http_requests_total{status=~"5.."}')


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("slo", "--prometheus", NOBODY), f"{NOBODY}/api/v1/query_range: .*is a Prometheus listening there"),
        (("month", "2026-10", "--prometheus", NOBODY), "is a Prometheus listening there"),
        (("slo", "--prometheus", "here"), "must be an address, as http://127.0.0.1:9090"),
        (("slo", "--prometheus", NOBODY, "--step", "61"), "must be one of 60, 180, 300, 900 seconds"),
        (("slo", "--prometheus", NOBODY, "--last", "soon"), "must be minutes, hours, days or weeks"),
        (("slo", "--prometheus", NOBODY, "--last", "0h"), "must be minutes, hours, days or weeks"),
        (("slo", "--prometheus", NOBODY, "--budget"), "Of a Prometheus: --demand"),
        (("slo", "access.csv", "--prometheus", NOBODY), "requests would count twice"),
        (("month", "2026-10", "--prometheus", NOBODY, "--silence", "1h"), "not for a Prometheus"),
        (("slo", "--prometheus", NOBODY, "--demand", "other"), "demanded but not defined: other"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_says_why(arguments: tuple[str, ...], told: str) -> None:
    ended = stormproof(*arguments, "--objectives", "slo.yaml")
    assert ended.exit_code == 2, ended.output
    assert re.search(told, ended.output.replace("\n", " "))


def test_a_data_source_names_the_server_where_no_option_does() -> None:
    text = Path("slo.yaml").read_text().replace("http://127.0.0.1:9090", NOBODY)
    Path("slo.yaml").write_text(text)
    ended = stormproof("slo", "--objectives", "slo.yaml")
    assert (ended.exit_code, "is a Prometheus listening there" in ended.output) == (2, True)
    Path("slo.yaml").write_text(text.replace("step_s: 60", "steps: 60"))
    ended = stormproof("slo", "--objectives", "slo.yaml")
    assert (ended.exit_code, "steps" in ended.output) == (2, True), ended.output
