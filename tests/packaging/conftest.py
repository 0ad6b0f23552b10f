"""The wheel and the source archive, built once."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What was built."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """Built with the declared backend, which the environment has: the wheel from the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    options = ("--offline", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder))
    built = ran(find_uv_bin(), "build", "--quiet", *options, str(REPOSITORY), cwd=folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return Distribution(wheel, sdist)


def ran(*command: str, cwd: Path, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    """Run to its end, with nothing in the environment that leads back to the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        command, cwd=cwd, env=environment, timeout=timeout_s, check=False, text=True, capture_output=True
    )
