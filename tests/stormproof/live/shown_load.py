"""A small load with its page: on a server of the tests, with a home of its own."""

import re
import sys
from pathlib import Path

from tests.loadtests.processes import Bench, Generator
from tests.loadtests.waiting import wait_until


def start_load(
    bench: Bench, folder: Path, *arguments: str, duration_s: float, rate_per_s: float
) -> Generator:
    """`stormproof load --live`; nothing of it is ready yet."""
    server = bench.server()
    scenario = bench.scenario(rate_per_s=rate_per_s, duration_s=duration_s)
    command = (sys.executable, "-m", "stormproof", "load", str(scenario), "--target", server.url, "--live")
    environment = {"STORMPROOF_HOME": str(folder / "home"), "COLUMNS": "400"}
    return bench.start((*command, *arguments), run_dir=folder, cwd=folder, environment=environment)


def address_of(command: Generator) -> str:
    """Where the page is, once that is printed."""
    return wait_until(lambda: _address(command.log), "the page's address")


def _address(log: str) -> str | None:
    found = re.search(r"^Live page (\S+)$", log, re.MULTILINE)
    return None if found is None else found[1]


def run_dir_of(folder: Path) -> Path:
    """The only run there."""
    (found,) = (folder / "runs").iterdir()
    return found
