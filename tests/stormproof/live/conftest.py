"""Loads that are shown on a page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.loadtests.processes import Bench, Generator
from tests.stormproof.live.shown_load import start_load


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def shown_load(bench: Bench, tmp_path: Path) -> Callable[..., Generator]:
    """Starts a small load with its page."""

    def start(*arguments: str, duration_s: float = 60, rate_per_s: float = 50) -> Generator:
        return start_load(bench, tmp_path, *arguments, duration_s=duration_s, rate_per_s=rate_per_s)

    return start
