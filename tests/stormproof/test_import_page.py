"""docs/import.md is true: its imports work, and it names every format and option."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.importing.catalogue import FORMATS
from evidence.request_record import Outcome
from stormproof.cli.app import build_app
from tests.evidence.importing.sources import FILES

PAGE = (Path(__file__).parents[2] / "docs/import.md").read_text()
IMPORTS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("stormproof import")
]


@pytest.mark.parametrize("command", IMPORTS)
def test_every_import_on_the_page_works(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    for path in FILES.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    ended = CliRunner().invoke(build_app(), shlex.split(command)[1:])
    assert ended.exit_code == 0, ended.output


def test_the_page_names_every_format_outcome_and_option() -> None:
    assert len(IMPORTS) > len(FORMATS)
    for form in FORMATS:
        assert f"`{form.name}`" in PAGE, form.name
    for outcome in Outcome:
        assert outcome == "degraded" or f"| {outcome} |" in PAGE, outcome
    help_text = CliRunner().invoke(build_app(), ["import", "--help"], env={"COLUMNS": "200"}).stdout
    options = set(re.findall(r"--[a-z-]+", help_text)) - {"--help", "--json", "--runs", "--target"}
    assert {one for one in options if one not in PAGE} == set()
