"""The page on capacity, typed out: minutes, since it looks for the highest rate that two services stand."""

from pathlib import Path

import pytest

from tests.docs.page import DOCS, Page
from tests.examples.example_copy import example_copy

MOST_S = 900


@pytest.mark.proof
@pytest.mark.stack
@pytest.mark.timeout(2 * MOST_S)
def test_the_highest_rates_are_found_as_the_page_says(tmp_path: Path) -> None:
    # In the home of the tests' stack, whose programs are there already.
    with example_copy(tmp_path, has_own_home=False) as copy:
        for command in Page(DOCS / "capacity.md").commands():
            code, said = copy.run(command.line, timeout_s=MOST_S)
            assert code in command.exits, (command.line, said)
        reports = sorted((tmp_path / "runs").glob("*-capacity/capacity.md"))
        assert len(reports) == 2
        assert all("Capacity: " in report.read_text() for report in reports)
