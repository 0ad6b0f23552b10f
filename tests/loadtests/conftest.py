"""Real generators and real small servers, as processes; none outlives its test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loadtests.processes import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Starts servers and generators, and ends those that a test leaves running."""
    bench = Bench(tmp_path)
    try:
        yield bench
    finally:
        bench.stop()
