"""`stormproof watch` with compressed time: parts of seconds on a small server, with kills and restarts."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict
from tests.loadtests.processes import OF_THE_MACHINE, Bench, Generator, requests
from tests.loadtests.waiting import wait_until
from tests.system.breakable_shop import OBJECTIVE

pytestmark = pytest.mark.timeout(200)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def watch(bench: Bench, tmp_path: Path) -> Callable[..., Generator]:
    """Starts the command on one server, with a home of its own."""
    server = bench.server()
    scenario = bench.scenario(rate_per_s=20, duration_s=1)
    (tmp_path / "slo.yaml").write_text(OBJECTIVE)

    def start(*arguments: str) -> Generator:
        command = (sys.executable, "-m", "stormproof", "watch", str(scenario), "--target", server.url)
        environment = {"STORMPROOF_HOME": str(tmp_path / "home"), "COLUMNS": "400"}
        further = ("--objectives", "slo.yaml", *arguments)
        return bench.start((*command, *further), run_dir=tmp_path, cwd=tmp_path, environment=environment)

    return start


def told(command: Generator) -> list[tuple[str, str]]:
    """Parts that were judged, and how."""
    return re.findall(r"^(\d{8}T\d{6}Z-ping(?:-\d+)?)  ([A-Z ]+)", command.log, re.MULTILINE)


def parts(folder: Path) -> list[Path]:
    """What a shell makes of runs/watch/*: no file is among them."""
    return sorted(one for one in (folder / "runs/watch").iterdir() if not one.name.startswith("."))


def assert_is_evidence(part: Path) -> None:
    """Valid, unless all that is wrong with it is that this machine was too busy to send in time."""
    verdict = RunFolder(part).read_verdict()
    unsound = {check.name for check in verdict.validity.checks if not check.held}
    assert unsound <= OF_THE_MACHINE, verdict.reasons
    (whole,) = [one for one in verdict.objectives if one.phase is None]
    assert (whole.good, whole.total) == (len(requests(part)),) * 2


def test_parts_follow_one_another_are_judged_and_the_oldest_go(
    watch: Callable[..., Generator], tmp_path: Path
) -> None:
    foreign = tmp_path / "runs/watch/20200101T000000Z-kept"
    foreign.mkdir(parents=True)
    command = watch("--part-s", "4", "--keep", "2")
    wait_until(lambda: len(told(command)) >= 3, "three parts", timeout_s=120)
    command.process.send_signal(signal.SIGTERM)
    assert command.wait() == 130
    assert foreign.is_dir(), "what is no part of a watch is never touched"
    first, second = (part for part in parts(tmp_path) if part != foreign)
    for part in (first, second):
        assert (part / "report.html").is_file()
        assert not (part / "live").exists()
    assert_is_evidence(first)
    ends_ns = int(requests(first).intended_ns.max())
    assert 0 < 4 - ends_ns / 1e9 % 4 < 0.1, "a part ends where a part of the clock does"
    assert "offered" not in command.log, "what goes on for months tells of parts, not of seconds"


def test_a_watch_that_is_stopped_or_killed_goes_on_where_it_was(
    watch: Callable[..., Generator], tmp_path: Path
) -> None:
    stopped = watch()  # a day
    wait_until(lambda: answered(tmp_path, 1), "requests of the first part")
    stopped.process.send_signal(signal.SIGTERM)
    assert stopped.wait() == 130
    ((name, verdict),) = told(stopped)
    assert verdict in {Verdict.NOT_PROVEN, Verdict.MET, Verdict.INVALID}
    assert_is_evidence(tmp_path / "runs/watch" / name)

    killed = watch()
    wait_until(lambda: answered(tmp_path, 2), "requests of the second part")
    (generator,) = psutil.Process(killed.process.pid).children()
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.wait()
    assert generator.is_running(), "nobody told it"

    last = watch()
    wait_until(lambda: answered(tmp_path, 3), "requests of the third part", timeout_s=60)
    assert not generator.is_running()
    ((taken_over, _),) = told(last)
    assert_is_evidence(tmp_path / "runs/watch" / taken_over)
    second = watch()
    assert second.wait() == 2
    assert "another watch writes there" in second.log
    # systemd, at the end of a service, signals each of its processes.
    (generator,) = psutil.Process(last.process.pid).children()
    generator.terminate()
    last.process.send_signal(signal.SIGTERM)
    assert last.wait() == 130
    assert_is_evidence(parts(tmp_path)[-1])
    assert len(parts(tmp_path)) == 3


def answered(folder: Path, number: int) -> bool:
    """The n-th part has had answers for a second."""
    found = parts(folder) if (folder / "runs/watch").is_dir() else []
    return len(found) == number and any(one.stat().st_size > 20_000 for one in found[-1].glob("live/*"))
