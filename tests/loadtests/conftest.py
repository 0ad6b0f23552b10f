"""Real generators and real small servers, as processes; none outlives its test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loadtests.distributed.crew import Crew
from tests.loadtests.processes import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Starts servers and generators, and ends those that a test leaves running."""
    bench = Bench(tmp_path)
    try:
        yield bench
    finally:
        bench.stop()


@pytest.fixture
def crew(bench: Bench, tmp_path: Path) -> Crew:
    """A master and workers of the scenario's locustfile."""
    return Crew(bench, tmp_path)
