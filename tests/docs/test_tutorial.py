"""docs/tutorial.md is typed line by line, on a real stack.

Its first command is the demo, which takes minutes: tests/packaging runs that (`make proof`).
"""

from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from tests.conftest import RealStack
from tests.docs.page import DOCS, REPOSITORY, Page
from tests.examples.example_copy import example_copy

DEMO = "make demo"
PAGE = Page(DOCS / "tutorial.md")


@pytest.mark.stack
@pytest.mark.timeout(500)
def test_the_tutorial_is_typed(real_stack: RealStack, tmp_path: Path) -> None:
    with example_copy(tmp_path, has_own_home=False) as copy:
        home = {"STORMPROOF_PORT_BASE": str(real_stack.port_base)}
        for name, content in PAGE.files().items():
            (copy.folder / name).write_text(content)
        lines = {command.line: command for command in PAGE.commands()}
        assert next(iter(lines)) == DEMO
        setting = ""
        for command in list(lines.values())[1:]:
            if command.line.startswith("RUN="):
                setting = f"{command.line}\n"
            elif not command.line.endswith(" down"):
                code, said = copy.run(f"{setting}{command.line}", home)
                assert code in command.exits, (command.line, said)
        (run,) = (RunFolder(path) for path in (copy.folder / "runs").iterdir())
        assert [fault.felt for fault in run.read_verdict().faults] == [True]


def test_the_demo_that_it_begins_with_is_one_of_make() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    assert "\ndemo: " in makefile
    assert "stormproof demo" in makefile
