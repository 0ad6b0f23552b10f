"""`stormproof compare` and the forms of `stormproof report`: from what a user types to an exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evidence.comparison_record import ChangeVerdict
from stormproof.cli.app import build_app
from tests.slo.comparison.made_runs import another_target, shop_requests, write_shop_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    write_shop_run(folder / "before", shop_requests(1))
    write_shop_run(folder / "slower", shop_requests(3, slower=1.5))
    write_shop_run(folder / "elsewhere", shop_requests(2), another_target(shop_requests(2)))
    return folder


@pytest.fixture(autouse=True)
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("STORMPROOF_HOME", str(folder / "home"))
    monkeypatch.setenv("COLUMNS", "300")


def stormproof(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


def test_a_regression_is_exit_1_and_leaves_every_form_in_the_last_run(folder: Path) -> None:
    ended = stormproof("compare", "before", "slower")
    assert ended.exit_code == 1, ended.output
    assert "✗ REGRESSED" in ended.output
    names = {path.name for path in (folder / "slower/comparison").iterdir()}
    assert names == {"comparison.html", "comparison.json", "comparison.md", "comparison.xml"}
    record = json.loads((folder / "slower/comparison/comparison.json").read_text())
    assert record["verdict"] == ChangeVerdict.REGRESSED


def test_a_report_may_compare_with_an_earlier_run(folder: Path) -> None:
    ended = stormproof("report", "slower", "--compare", "before")
    assert ended.exit_code == 1, ended.output
    assert "report.html" in ended.output
    assert "✗ REGRESSED" in ended.output
    refused = stormproof("report", "slower", "--compare", "before", "--form", "json")
    assert (refused.exit_code, "leave out --compare" in refused.output) == (2, True)


def test_runs_that_cannot_be_compared_are_exit_4(tmp_path: Path) -> None:
    ended = stormproof("compare", "before", "elsewhere", "--out", str(tmp_path / "out"))
    assert ended.exit_code == 4
    assert "not the same target" in ended.output
    assert (tmp_path / "out/comparison.xml").exists()


def test_a_form_alone_is_printed_and_nothing_is_written(folder: Path) -> None:
    ended = stormproof("compare", "before", "elsewhere", "--accept", "target", "--form", "json")
    assert json.loads(ended.stdout)["runs"][1]["id"] == "elsewhere"
    assert not (folder / "elsewhere/comparison").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["before"], "name at least 2"),
        (["before", "slower", "--before", "2"], "name at least 3"),
        (["before", "before"], "is named twice"),
        (["before", "slower", "--accept", "weather"], "must be one of scenario, seeds"),
        (["before", "nothing-here"], "run.json"),
    ],
)
def test_what_cannot_be_meant_is_told_and_is_exit_2(arguments: list[str], told: str) -> None:
    ended = stormproof("compare", *arguments)
    assert ended.exit_code == 2
    assert told in ended.stderr


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("markdown", "## "), ("csv", "name,"), ("json", "["), ("junit", "<?xml"), ("executive", "<!doctype")],
)
def test_a_report_is_printed_in_the_form_that_is_asked_for(form: str, beginning: str) -> None:
    ended = stormproof("report", "before", "--form", form)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.startswith(beginning)


def test_a_report_writes_every_form_and_slides_where_they_are_wanted(folder: Path) -> None:
    ended = stormproof("report", "before", "--slides")
    assert ended.exit_code == 0, ended.output
    for name in (
        "report.html",
        "executive.html",
        "objectives.csv",
        "charts/latency.png",
        "charts/latency.svg",
    ):
        assert (folder / "before" / name).exists(), name
        assert name in ended.stdout
