"""A command loads what it needs itself, and no other command's libraries."""

import subprocess
import sys

import pytest

from stormproof.cli.app import COMMANDS
from stormproof.cli.lazy_commands import made_by


@pytest.mark.parametrize("module", COMMANDS)
def test_the_table_names_what_each_module_adds(module: str) -> None:
    assert tuple(made_by(module)) == COMMANDS[module]


@pytest.mark.parametrize("arguments", [("--version",), ("load", "--help"), ("import", "--help")])
def test_what_draws_and_fits_is_not_loaded_for_what_does_neither(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys; from stormproof.__main__ import main\n"
        "unwanted = {'matplotlib', 'scipy.stats', 'scipy.optimize'}\n"
        "try: main()\n"
        "except SystemExit: print(*sorted(unwanted & set(sys.modules)))"
    )
    ended = subprocess.run(
        (sys.executable, "-c", program, *arguments), capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.splitlines()[-1] == "", ended.stdout
