"""A network that breaks and comes back costs no record."""

import sys
from collections.abc import Iterator

import pytest

from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from loadtests.command import EXIT_COMPLETED, LOCUSTFILE
from slo.evaluate import Demands, evaluate
from tests.loadtests.distributed.crew import Crew
from tests.loadtests.distributed.shaky_line import ShakyLine
from tests.loadtests.processes import OF_THE_MACHINE, Bench, records, requests


@pytest.fixture
def line(crew: Crew) -> Iterator[ShakyLine]:
    line = ShakyLine(crew.port)
    yield line
    line.close()


def test_what_a_broken_line_lost_is_sent_again(bench: Bench, crew: Crew, line: ShakyLine) -> None:
    server = bench.server("--announce-at", "900")
    scenario = bench.scenario(rate_per_s=300, duration_s=8)
    master = crew.master("--scenario", str(scenario), "--host", server.url, "--expect-workers", "1")
    command = (
        *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--worker"),
        *("--master-host", "127.0.0.1", "--master-port", str(line.port)),
    )
    far = crew.machine("far")
    worker = bench.start(command, run_dir=far, cwd=far)
    server.line()
    line.lose(20_000)
    line.lose(20_000)
    assert master.wait() == EXIT_COMPLETED, master.log + worker.log
    assert worker.wait() == EXIT_COMPLETED, worker.log
    folder, run = crew.run()
    assert run.workers[0].lost is None
    rows = requests(folder)
    assert rows.sequence.tolist() == list(range(2400))
    assert records(folder, REQUESTS)[0].cut == ()
    judged = evaluate(RunFolder(folder), (), Demands(frozenset()))
    assert {check.name for check in judged.validity.checks if not check.held} <= OF_THE_MACHINE
