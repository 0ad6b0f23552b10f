"""A report for a run whose runner died after the load: what it had still to do is done now."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from chaos.supervision.experiment_file import read_experiment
from evidence.experiment_record import append_experiment, read_experiments
from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from evidence.timeline import PhaseWindow, phase_windows, read_timeline
from slo.contract.contract import read_contract
from slo.evaluate import Demands
from stormproof.errors import BadInput
from stormproof.plan import Plan
from stormproof.run.conclusion import Conclusion, conclude
from stormproof.run.experiment_end import ExperimentEnd, conclude_experiment, journal_path
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.inputs import Inputs, read_inputs

_NOTE = "The runner died before it had written its record; the report completed it from the evidence."


def conclude_again(folder: RunFolder) -> Conclusion:
    """Judge and report a run that has no verdict yet, from its folder alone.

    A run whose phases all ended went on to its end, whoever wrote that down; any other stays one that was
    killed. Raises InvalidFile, and BadInput where the run was not made from a plan, or goes on yet.
    """
    record, inputs = folder.read_run(), read_inputs(folder)
    writing = record_files(folder.path, REQUESTS).being_written
    if writing:
        workers = ", ".join(stream.stem for stream in writing)
        raise BadInput(
            f"{folder.path}: {workers} still writes its records: the run goes on. Wait for its end."
        )
    if record.ended_ns is None:
        phases = phase_windows(read_timeline(folder.timeline_file))
        if went_to_its_end(record, phases):
            _judge_experiments(folder, inputs, phases)
            folder.write_run(_completed(record, phases))
    plan = inputs.plan
    contract = None if inputs.contract is None else read_contract(inputs.contract)
    demands = Demands(frozenset(plan.demands), plan.question, record.experiments, contract)
    return conclude(folder, inputs.objectives, demands)


def went_to_its_end(record: RunRecord, phases: tuple[PhaseWindow, ...]) -> bool:
    """Every phase that was planned has ended."""
    ended = [phase.name for phase in phases if phase.end_ns is not None]
    return bool(record.phases) and tuple(ended) == record.phases


def _completed(record: RunRecord, phases: tuple[PhaseWindow, ...]) -> RunRecord:
    ends = [phase.end_ns for phase in phases if phase.end_ns is not None]
    return replace(record, ended_ns=max(ends), notes=(*record.notes, _NOTE))


def _judge_experiments(folder: RunFolder, inputs: Inputs, phases: tuple[PhaseWindow, ...]) -> None:
    """Those that nobody has judged yet; of their processes only the journal tells how they ended."""
    judged = {one.journal for one in read_experiments(folder.experiments_file)}
    by_name = {phase.name: phase for phase in phases}
    for start in _starts(folder, inputs.plan, inputs.experiments_dir):
        if str(journal_path(folder, start.name).relative_to(folder.path)) in judged:
            continue
        window = by_name[start.phase or ""]
        end = ExperimentEnd(window.start_ns, window.end_ns or window.start_ns, exit_code=None)
        append_experiment(folder.experiments_file, conclude_experiment(folder, start, end, {}))


def _starts(folder: RunFolder, plan: Plan, experiments_dir: Path) -> Iterator[ExperimentStart]:
    for phase in plan.phases:
        for position, planned in enumerate(phase.planned):
            stem = Path(planned.experiment).stem
            file = next(iter(sorted(experiments_dir.glob(f"{stem}.*"))), experiments_dir / stem)
            yield ExperimentStart(
                file=file,
                parsed=read_experiment(file),
                hold_s=phase.held_s(planned),
                name=phase.name_of(position),
                cwd=folder.path,
                phase=phase.name,
                further=planned.options(),
            )
