"""Locust's tags choose among a scenario's operations; what is sent is what would be sent without them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evidence.run_folder import RunFolder
from loadtests.command import EXIT_COMPLETED, EXIT_WRONG_INPUT
from loadtests.tags import TagChoice
from tests.loadtests.distributed.crew import Crew
from tests.loadtests.processes import Bench, Generator, Server, requests


def tagged_scenario(folder: Path) -> Path:
    file = folder / "tagged.yaml"
    operations = [{"name": name, "path": f"/{name}"} for name in ("list", "view", "buy")]
    personas = [
        {
            "name": "visitor",
            "rate_per_s": 60,
            "operations": [{"name": "list", "weight": 2, "tags": ["reads"]}, {"name": "view", "weight": 1}],
        },
        {
            "name": "buyer",
            "rate_per_s": 30,
            "operations": [{"name": "buy", "weight": 1}, {"name": "list", "weight": 1}],
        },
    ]
    content = {"name": "tagged", "duration_s": 2, "operations": operations, "personas": personas}
    file.write_text(json.dumps(content))
    return file


def start_with(bench: Bench, folder: Path, *options: str) -> tuple[Generator, Server]:
    server = bench.server()
    folder.mkdir()
    scenario = str(tagged_scenario(folder))
    command = ("--headless", "--host", server.url, "--scenario", scenario, *options)
    return bench.locust(*command, cwd=folder), server


def sent_by(locust: Generator, server: Server) -> pd.DataFrame:
    assert locust.wait() == EXIT_COMPLETED, locust.log
    folder = locust.run_dir
    assert "no tasks left" not in locust.log
    (run_dir,) = (folder / "runs").iterdir()
    rows = requests(run_dir)
    run = RunFolder(run_dir).read_run()
    assert run.scheduled[0].arrivals == len(rows) == server.stop()["requests"]
    assert run.load_start_ns is not None
    rows["offset_ns"] = rows.intended_ns - run.load_start_ns
    return rows[["offset_ns", "persona", "operation"]]


def test_tags_choose_and_change_nothing_else(bench: Bench, tmp_path: Path) -> None:
    all_three = (
        start_with(bench, tmp_path / "all"),
        start_with(bench, tmp_path / "reads", "--tags", "reads", "buy"),
        start_with(bench, tmp_path / "others", "--exclude-tags", "buyer", "view"),
    )
    everything, reads, others = (sent_by(*one) for one in all_three)
    of_visitor = (everything.persona == "visitor") & (everything.operation == "list")
    expected = everything[of_visitor | (everything.operation == "buy")]
    pd.testing.assert_frame_equal(reads, expected.reset_index(drop=True))
    pd.testing.assert_frame_equal(others, everything[of_visitor].reset_index(drop=True))


def test_tags_reach_the_workers(bench: Bench, crew: Crew, tmp_path: Path) -> None:
    server = bench.server()
    scenario = tagged_scenario(tmp_path)
    master = crew.master(
        "--host", server.url, "--scenario", str(scenario), "--expect-workers", "2", "--tags", "buy"
    )
    workers = crew.workers(2)
    assert master.wait() == EXIT_COMPLETED, master.log
    assert [worker.wait() for worker in workers] == [EXIT_COMPLETED] * 2
    folder, run = crew.run()
    rows = requests(folder)
    assert set(rows.operation) == {"buy"}
    assert [one.arrivals for one in run.scheduled] == rows.groupby("worker").size().tolist()


def test_tags_that_leave_nothing_are_told_with_those_that_there_are(bench: Bench, tmp_path: Path) -> None:
    scenario = tagged_scenario(tmp_path)
    locust = bench.locust(
        "--headless", "--host", "http://127.0.0.1:1", "--scenario", str(scenario), "--tags", "write"
    )
    assert locust.wait() == EXIT_WRONG_INPUT
    assert "its tags are buy, buyer, list, reads, view, visitor" in locust.log


@pytest.mark.parametrize(
    ("included", "excluded", "tags", "allowed"),
    [
        (None, (), (), True),
        (("a",), (), ("a", "b"), True),
        (("a",), (), ("b",), False),
        (("a",), (), (), False),
        (None, ("a",), ("b",), True),
        (None, ("a",), ("a", "b"), False),
        (("a",), ("b",), ("a", "b"), False),
    ],
)
def test_tags_decide_as_in_locust(
    included: tuple[str, ...] | None, excluded: tuple[str, ...], tags: tuple[str, ...], allowed: bool
) -> None:
    choice = TagChoice(None if included is None else frozenset(included), frozenset(excluded))
    assert choice.allows(tags) is allowed
