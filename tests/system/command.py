"""The command as a user runs it: in a process of its own, or in this one where it starts nothing."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from typer.testing import CliRunner

from stormproof.cli.app import build_app

REPOSITORY = Path(__file__).parents[2]


def stormproof(*arguments: str, cwd: Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    """Run it to its end; both outputs are kept."""
    return subprocess.run(
        (sys.executable, "-m", "stormproof", *arguments),
        cwd=cwd,
        timeout=timeout_s,
        check=False,
        text=True,
        capture_output=True,
    )


def answered(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What it answers where it starts nothing: the same, without the seconds that a process takes to load."""
    with chdir(cwd):
        ended = CliRunner().invoke(build_app(), arguments)
    return subprocess.CompletedProcess(arguments, ended.exit_code, ended.stdout, ended.stderr)


@contextmanager
def started(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Start it; it is killed at the end of the block if it still runs."""
    with subprocess.Popen(
        (sys.executable, "-m", "stormproof", *arguments),
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def plan_file(folder: Path, phases: str, *, name: str = "tested") -> Path:
    """A plan over the shipped scenario and objectives."""
    path = folder / f"{name}.yaml"
    path.write_text(
        f"""
name: {name}
scenario: {REPOSITORY}/loadtests/scenarios/baseline.yaml
objectives: {REPOSITORY}/slo/objectives
demands: [availability-free, availability-standard, availability-enterprise]
corpus: {{documents: 2000}}
phases:
{phases}"""
    )
    return path
