"""A service that cannot start says which setting to see to."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.ports import HOST


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.socket() as other:
        other.bind((HOST, 0))
        return int(other.getsockname()[1])


def begin(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Of one that stands on nothing: it comes to its end before it asks anybody."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SERVICE_")}
    environment |= {"SERVICE_SECRETS_DIR": str(folder), "SERVICE_JOURNAL_DIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, "-m", "reference_service"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken(tmp_path: Path, taken: int, workers: str) -> None:
    metrics = str(tmp_path / "metrics")
    ended = begin(tmp_path, SERVICE_PORT=str(taken), SERVICE_WORKERS=workers, SERVICE_METRICS_DIR=metrics)
    assert ended.returncode == 2
    assert f"SERVICE_PORT={taken}: OSError: [Errno 98] Address already in use" in ended.stderr


def test_a_journal_that_cannot_be_kept(tmp_path: Path, free: int) -> None:
    file = tmp_path / "no-folder"
    file.write_text("")
    ended = begin(tmp_path, SERVICE_PORT=str(free), SERVICE_JOURNAL_DIR=str(file))
    assert ended.returncode == 2
    assert f"SERVICE_JOURNAL_DIR={file}: FileExistsError" in ended.stderr
    assert "Traceback" not in ended.stderr
