"""A foreign server that runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.bench import unused_port
from tests.chaos.process.foreign_server import ForeignServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ForeignServer]:
    made = ForeignServer(tmp_path, unused_port())
    made.start()
    yield made
    made.end()
