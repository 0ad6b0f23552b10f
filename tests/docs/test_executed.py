"""Pages whose commands need no stack are typed line by line, in a folder that looks like the repository's."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.docs.page import DOCS, REPOSITORY, Page
from tests.examples.example_copy import ExampleCopy, example_copy

NEEDS_DOCKER = "docker compose"
"""tests/deploy holds that file to its schema and to the stack."""
RUN_BY_THE_PIPELINE = "stormproof run examples/shop/plan.yaml"
"""The same game day is run by tests/examples."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleCopy]:
    with example_copy(tmp_path_factory.mktemp("pages")) as made:
        yield made


def type_out(page: Page, copy: ExampleCopy) -> None:
    """All that the page says, in its order; everything ends as it says."""
    for name, content in page.files().items():
        (copy.folder / name).write_text(copy.replaced(content))
    for command in page.commands():
        if not command.line.startswith(NEEDS_DOCKER) and command.line != RUN_BY_THE_PIPELINE:
            code, said = copy.run(command.line)
            assert code in command.exits, (command.line, said)


def run_snippets(page: Page, copy: ExampleCopy) -> None:
    """Its programs that are no files."""
    snippets = [one for one in page.blocks("python") if one not in page.files().values()]
    assert snippets
    for snippet in snippets:
        (copy.folder / "snippet.py").write_text(snippet)
        code, said = copy.run("python snippet.py")
        assert code == 0, said


@pytest.mark.timeout(250)
def test_a_service_of_ones_own_is_tested_as_the_page_says_and_its_evidence_is_read(copy: ExampleCopy) -> None:
    type_out(Page(DOCS / "own-service.md"), copy)
    run_snippets(Page(DOCS / "evidence.md"), copy)


def test_the_rules_are_those_that_production_has(copy: ExampleCopy) -> None:
    type_out(Page(DOCS / "prometheus.md"), copy)


def test_sixty_requests_prove_little(copy: ExampleCopy) -> None:
    page = Page(DOCS / "why-not-proven.md")
    type_out(page, copy)
    run_snippets(page, copy)


@pytest.mark.timeout(120)
def test_users_who_wait_do_not_see_the_stall_that_a_schedule_shows(copy: ExampleCopy) -> None:
    type_out(Page(DOCS / "why-open-model.md"), copy)
    # A quarter of the arrivals, evenly from 0 to 1 s late: 600 ms by theory.
    assert p90_ms(copy.folder / "runs/open") > 500
    assert p90_ms(copy.folder / "runs/closed") < 250


def p90_ms(run: Path) -> float:
    """Of latency, from the instant that the record's clock names."""
    with duckdb.connect() as database:
        row = database.execute(
            """select quantile_cont((ended_ns - if(clock = 'sent', started_ns, intended_ns)) / 1e6, 0.9)
            from read_parquet($files) where ended_ns is not null""",
            {"files": f"{run}/requests/*.parquet"},
        ).fetchone()
    assert row is not None
    return float(row[0])


def test_the_example_of_the_proxy_is_the_file_that_is_used() -> None:
    (block,) = Page(DOCS / "own-service.md").blocks("json")
    assert json.loads(block) == json.loads((REPOSITORY / "examples/shop/toxiproxy.json").read_text())


def test_the_page_on_pipelines_says_what_the_workflow_does() -> None:
    """Whose steps tests/examples runs."""
    (job,) = yaml.safe_load((REPOSITORY / "examples/pipeline/github.yml").read_text())["jobs"].values()
    steps = {step["run"] for step in job["steps"] if "run" in step}
    assert RUN_BY_THE_PIPELINE in {command.line for command in Page(DOCS / "own-service.md").commands()}
    script = (REPOSITORY / "examples/pipeline/game-day.sh").read_text()
    assert '\nstormproof run "$plan" ' in script
    said = {command.line for command in Page(DOCS / "pipeline.md").commands()}
    assert len(said) == 2
    assert said <= steps
