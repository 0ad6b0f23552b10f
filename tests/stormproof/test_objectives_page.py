"""docs/objectives.md is true: its objectives are understood and its commands work."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stormproof.cli.app import build_app

PAGE = (Path(__file__).parents[2] / "docs/objectives.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("stormproof")
]
ROWS = "at,code,took,route\n" + "".join(f"2026-05-01 12:00:{n:02d},200,{n},/cart\n" for n in range(60))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_the_page_works(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    Path("shop.yaml").write_text(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0])
    Path("shop.csv").write_text(ROWS)
    Path("days").mkdir()
    Path("days/friday.csv").write_text(ROWS)
    ended = CliRunner().invoke(build_app(), shlex.split(command)[1:])
    # The parts of the analysis do not come to what it promises.
    assert ended.exit_code == (1 if "availability" in command.split()[1] else 0), ended.output


def test_the_page_names_every_option() -> None:
    help_text = CliRunner().invoke(build_app(), ["slo", "--help"], env={"COLUMNS": "200"}).stdout
    options = set(re.findall(r"--[a-z]+", help_text)) - {"--help", "--json", "--demand"}
    assert {one for one in options if one not in PAGE} == set()
