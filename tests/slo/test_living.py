"""Looking at a run while it goes on: what is judged, what is not yet, and that looking changes nothing."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.request_record import Outcome
from evidence.run_folder import RunFolder
from evidence.timeline import append_event
from evidence.verdict_record import ObjectiveResult, Verdict, VerdictRecord
from loadtests.command import GeneratorOptions
from slo.evaluate import Demands, evaluate
from slo.inference.any_time import AnyTime
from slo.living import goes_on, look
from slo.promise import Indicator, Objective
from tests.loadtests.processes import OF_THE_MACHINE, Bench
from tests.loadtests.waiting import wait_until
from tests.slo.growing_run import being_written
from tests.slo.runs import START_NS, fault, phase, steady

AVAILABLE = Objective("available", "search", Indicator.AVAILABILITY, 0.9)
DEMANDS = Demands(frozenset({AVAILABLE.name}), AnyTime(0))
SOON_NS = START_NS + 1_000_000


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Ends what a test leaves running."""
    bench = Bench(tmp_path)
    try:
        yield bench
    finally:
        bench.stop()


def looked(folder: RunFolder, *objectives: Objective) -> VerdictRecord:
    assert goes_on(folder, SOON_NS)
    return look(folder, objectives or (AVAILABLE,), DEMANDS, lambda _: None)


def whole(record: VerdictRecord) -> ObjectiveResult:
    (found,) = [one for one in record.objectives if one.phase is None and one.name == AVAILABLE.name]
    return found


def test_a_run_that_goes_on_is_met_once_it_has_proven_enough(tmp_path: Path) -> None:
    with being_written(tmp_path, steady(10)) as folder:
        record = looked(folder)
        assert (record.verdict, whole(record).total) == (Verdict.NOT_PROVEN, 9)
    with being_written(tmp_path / "later", steady(1000)) as folder:
        record = looked(folder)
        assert record.verdict is Verdict.MET
        assert "holds at every look" in whole(record).interval.method  # type: ignore[union-attr]  # it is there
        assert "judged are the 999 requests of its first 10.0 s" in record.validity.checks[0].reason


def test_what_fails_is_missed_before_the_end(tmp_path: Path) -> None:
    failed = [replace(one, outcome=Outcome.FAILED, status=503) for one in steady(1000)]
    with being_written(tmp_path, failed) as folder:
        assert looked(folder).verdict is Verdict.MISSED


def test_slow_answers_are_waited_for(tmp_path: Path) -> None:
    """Else those that came would speak for those that did not."""
    with being_written(tmp_path, [one for one in steady(1000) if one.sequence != 200]) as folder:
        assert whole(looked(folder)).total == 199


def test_a_worker_without_an_answer_proves_nothing_yet(tmp_path: Path) -> None:
    with being_written(tmp_path, steady(1000)) as folder:
        run = folder.read_run()
        silent = replace(run.scheduled[0], worker="worker-1")
        folder.write_run(replace(run, scheduled=(*run.scheduled, silent)))
        record = looked(folder)
    assert (record.verdict, whole(record).total) == (Verdict.NOT_PROVEN, 0)


def test_a_fault_that_is_still_there_is_no_reason_against_the_run(tmp_path: Path) -> None:
    begun = (2, 2.1, 2.2, None, None, None)
    events = [*phase("baseline", 0, 2), *phase("down", 2, None), *fault("refused", begun)]
    with being_written(tmp_path, steady(1000), events) as folder:
        record = looked(folder)
        assert record.verdict is Verdict.MET
        events = fault("refused", begun, id="again", failed="no root")
        for event in events:
            append_event(folder.timeline_file, event)
        assert looked(folder).verdict is Verdict.INVALID


def test_a_look_leaves_the_run_as_it_is(tmp_path: Path) -> None:
    with being_written(tmp_path, steady(1000)) as folder:
        before = sorted(path.relative_to(folder.path) for path in folder.path.rglob("*"))
        looked(folder)
        assert sorted(path.relative_to(folder.path) for path in folder.path.rglob("*")) == before


def test_bounds_for_one_look_are_refused(tmp_path: Path) -> None:
    with being_written(tmp_path, steady(10)) as folder, pytest.raises(TypeError, match="every look"):
        look(folder, (AVAILABLE,), Demands(frozenset({AVAILABLE.name})), lambda _: None)


def test_a_run_whose_worker_died_does_not_go_on(tmp_path: Path) -> None:
    with being_written(tmp_path, steady(1000)) as folder:
        pass
    assert not goes_on(folder, SOON_NS)
    record = evaluate(folder, (AVAILABLE,), DEMANDS)
    assert record.verdict is Verdict.INVALID
    assert any("--looks SECONDS" in reason for reason in record.reasons)


def test_a_load_is_looked_at_until_it_is_met(bench: Bench) -> None:
    content = {
        "name": "steady",
        "duration_s": 120,
        "personas": [
            {
                "name": "p",
                "rate_per_s": 60,
                "operations": [{"name": "page", "weight": 1}],
                "arrivals": "constant",
            }
        ],
        "operations": [{"name": "page", "path": "/"}],
    }
    server = bench.server()
    folder, seen = RunFolder(bench.run_dir()), list[VerdictRecord]()
    options = GeneratorOptions(bench.write_scenario(content), server.url, folder.path)
    generator = bench.generator(options)

    def is_met() -> bool:
        if not folder.run_file.exists() or not goes_on(folder, time.time_ns()):
            return False
        seen.append(look(folder, (AVAILABLE,), DEMANDS, time.sleep))
        return whole(seen[-1]).verdict is Verdict.MET

    wait_until(is_met, "it is met while it goes on")
    assert generator.process.poll() is None, generator.log
    for record in seen:
        broken = {check.name for check in record.validity.checks if not check.held}
        assert broken <= OF_THE_MACHINE, record.reasons
        assert whole(record).verdict in {Verdict.NOT_PROVEN, Verdict.MET}
