"""docs/locust.md is true: its files are used, and its commands run, as they stand there."""

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence.free_port import free_port
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict
from slo.evaluate import Demands, evaluate
from tests.loadtests.processes import OF_THE_MACHINE, Bench, Generator, Server

REPOSITORY = Path(__file__).parents[3]
PAGE = REPOSITORY / "docs" / "locust.md"
TEXT = PAGE.read_text()
BLOCKS = [
    [line for line in block.splitlines() if line] for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
]
FILES = re.findall(r"```(?:yaml|python)\n# (\S+)\n(.*?)```", TEXT, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that looks like the repository's, with the page's own files in it."""

    bench: Bench
    folder: Path
    server: Server
    port: int

    def start(self, line: str) -> Generator:
        """One command of the page, with the ports of this test."""
        text = line.removesuffix("&").strip().replace("http://127.0.0.1:21080", self.server.url)
        words = shlex.split(text.replace("21095", str(self.port)))
        if "--processes" in words:
            words += ["--master-bind-port", str(self.port), "--master-port", str(self.port)]
        words[0] = str(REPOSITORY / words[0])
        environment = {"STORMPROOF_HOME": str(self.folder / "home"), "PATH": os.environ["PATH"]}
        return self.bench.start(tuple(words), run_dir=self.folder, cwd=self.folder, environment=environment)


@pytest.fixture
def place(bench: Bench, tmp_path: Path) -> Place:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "loadtests").symlink_to(REPOSITORY / "loadtests")
    for name, content in FILES:
        (folder / name).write_text(content)
    return Place(bench, folder, bench.server(), free_port())


@pytest.mark.timeout(200)
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0].split(" -")[0].split("/")[-1][:40])
def test_every_command_of_the_page_runs_and_leaves_evidence(place: Place, block: list[str]) -> None:
    beside = [place.start(line) for line in block if line.endswith("&")]
    # None waits for another: what they do takes time, and hardly any of the machine.
    commands = [place.start(line) for line in block if not line.endswith("&")]
    for command in commands:
        assert command.wait() in {0, Verdict.INVALID.exit_code}, command.log
    assert [one.wait() for one in beside] == [0] * len(beside)
    runs = [RunFolder(path) for path in sorted((place.folder / "runs").iterdir())]
    assert len(runs) == len(commands)
    for run in runs:
        assert run.read_run().ended_ns is not None
        assert record_files(run.path, REQUESTS).parquet
        # A machine that is busy with other things may make a run INVALID; it was run all the same.
        validity = evaluate(run, (), Demands(frozenset())).validity
        assert {check.name for check in validity.checks if not check.held} <= OF_THE_MACHINE
    assert place.server.stop()["requests"] > 0


def test_the_page_has_commands_and_its_links_lead_somewhere() -> None:
    assert len(BLOCKS) == 5
    assert {name for name, _ in FILES} == {
        "scenario.yaml",
        "my_locustfile.py",
        "open_locustfile.py",
        "shaped_locustfile.py",
    }
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (PAGE.parent / link).exists(), link
