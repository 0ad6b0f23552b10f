"""docs/months.md is true: its maintenance file is understood and its commands work."""

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from stormproof.cli.app import build_app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/months.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("stormproof month") and "--prometheus" not in line
]
OBJECTIVES = (ROOT / "docs/objectives.md").read_text()


def rows() -> str:
    """A request every half hour of October, in Berlin as in UTC."""
    start = datetime(2026, 9, 30, 22, tzinfo=UTC)
    times = (start + timedelta(minutes=30 * n) for n in range(32 * 48))
    return "timestamp,status\n" + "".join(f"{one.isoformat()},200\n" for one in times)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    objectives = re.findall(r"```yaml\n(.*?)```", OBJECTIVES, re.DOTALL)[0]
    Path("shop.yaml").write_text(
        objectives.partition("---")[0].replace("metricSourceRef: log", "type: stormproof")
    )
    Path("maintenance.yaml").write_text(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0])
    Path("october.csv").write_text(rows())
    Path("days").mkdir()
    Path("days/all.csv").write_text(rows())


def stormproof(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_the_page_works(command: str) -> None:
    ended = stormproof(*shlex.split(command)[1:])
    assert ended.exit_code == 0, ended.output
    folder = Path("reports/october" if "--out" in command else "months/2026-10")
    assert sorted(file.name for file in folder.iterdir()) == [
        "month.csv",
        "month.html",
        "month.json",
        "month.md",
    ]
    record = json.loads((folder / "month.json").read_text())
    assert record["objectives"][0]["excluded"] == (5 if "--maintenance" in command else 0)


def test_the_maintenance_of_the_page_is_valid() -> None:
    ended = stormproof("validate", "maintenance.yaml")
    assert (ended.exit_code, "2 maintenance windows, 150 min" in ended.stdout) == (0, True), ended.output


def test_the_page_names_every_option() -> None:
    help_text = stormproof("month", "--help").stdout
    options = set(re.findall(r"--[a-z-]+[a-z]", help_text)) - {"--help", "--demand", "--column", "--setting"}
    assert {one for one in options if one not in PAGE} == set()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2026-1", "october.csv"), "as 2026-11"),
        (("2026-10",), "Name run folders or files"),
        (("2026-10", "october.csv", "october.csv"), "named twice"),
        (("2026-10", "none.csv"), "no such file"),
        (("2026-10", "runs/none"), "run.json"),
        (("2026-10", "october.csv", "--window", "--inference"), "exclude each other"),
        (("2026-10", "october.csv", "--silence", "1s"), "as 30m, 6h, 7d"),
        (("2026-10", "october.csv", "--time-zone", "Berlin"), "as Europe/Berlin"),
        (("2026-10", "october.csv", "--maintenance", "none.yaml"), "no such file"),
        (("2026-10", "october.csv", "--demand", "nothing"), "demanded but not defined"),
        (("2099-10", "october.csv"), "has not begun"),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_says_why(arguments: tuple[str, ...], told: str) -> None:
    ended = stormproof("month", *arguments, "--objectives", "shop.yaml")
    assert ended.exit_code == 2, ended.output
    assert told in ended.output
    assert not Path("months").exists()
