"""Folders and settings of the tests of the stack."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import StackSettings, down


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter; pytest's own are for the caller alone."""
    with tempfile.TemporaryDirectory(prefix="stormproof-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[StackSettings]:
    """A stack that nobody started, in folders of its own; what a test leaves running is ended."""
    settings = StackSettings(tmp_path / "programs", tmp_path / "state", port_base=24600)
    yield settings
    down(settings)
