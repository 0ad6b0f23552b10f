"""docs/comparison.md is true: its commands work, and every option and name is on it."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slo.comparison.comparability import BARRING_NAMES
from stormproof.cli.app import build_app
from tests.slo.comparison.made_runs import another_target, shop_requests, write_shop_run

PAGE = (Path(__file__).parents[2] / "docs/comparison.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("stormproof")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the runs that the page names."""
    folder = tmp_path_factory.mktemp("page")
    write_shop_run(folder / "runs/before", shop_requests(1))
    write_shop_run(folder / "runs/before-again", shop_requests(2))
    write_shop_run(folder / "runs/after", shop_requests(3))
    write_shop_run(folder / "runs/elsewhere", shop_requests(3), another_target(shop_requests(3)))
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_the_page_works(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("STORMPROOF_HOME", str(folder / "home"))
    arguments = shlex.split(command.partition(" > ")[0])[1:]
    ended = CliRunner().invoke(build_app(), arguments)
    # A minute of requests cannot prove 5%, and can prove 20%: as the page says.
    thin = arguments[0] == "compare" and "--latency" not in arguments
    assert ended.exit_code == (3 if thin else 0), ended.output


def test_the_page_names_every_option_and_every_difference() -> None:
    shown = CliRunner().invoke(build_app(), ["compare", "--help"], env={"COLUMNS": "200"}).stdout
    options = set(re.findall(r"--[a-z][a-z-]+", shown)) - {"--help"}
    assert {one for one in options if one not in PAGE} == set()
    assert {one for one in BARRING_NAMES if f"`{one}`" not in PAGE} == set()
