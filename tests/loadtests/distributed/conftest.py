"""Masters and workers; none outlives its test."""

from pathlib import Path

import pytest

from tests.loadtests.distributed.crew import Crew
from tests.loadtests.processes import Bench


@pytest.fixture
def crew(bench: Bench, tmp_path: Path) -> Crew:
    """Of the scenario's locustfile."""
    return Crew(bench, tmp_path)
