"""Judging the experiments of a run once the load is over: then nothing is taken from it."""

from collections.abc import Iterator, Sequence

from chaos.undo import HealReport
from evidence.experiment_record import ExperimentRecord, append_experiment
from evidence.home import Home
from evidence.verdict_record import Verdict
from stormproof.run.experiment import Experiment
from stormproof.run.missed_rollbacks import play_missed_rollbacks


def judge_experiments(home: Home, experiments: Sequence[Experiment], healed: HealReport) -> tuple[str, ...]:
    """Append what became of each to the run's experiments.jsonl; what a reader of the run should know of it.

    `healed` is what was still broken after their rollbacks. Raises InvalidFile, PartFailed, OSError.
    """
    notes: list[str] = []
    for experiment in experiments:
        mine = {fault.id for fault in experiment.faults()}
        left = [
            f"{one.fault} of {one.target}, which was {one.state} afterwards. {one.detail}"
            for one in healed.healings
            if one.id in mine
        ]
        played = play_missed_rollbacks(home, experiment.folder, experiment.start)
        record = experiment.conclude(left, played)
        append_experiment(experiment.folder.experiments_file, record)
        notes.extend(_told(record))
    return tuple(notes)


def _told(record: ExperimentRecord) -> Iterator[str]:
    """What does not make the run INVALID, and is no mere warning."""
    for finding in record.findings:
        if finding.verdict in {Verdict.MISSED, Verdict.NOT_PROVEN}:
            yield f"Experiment {record.experiment} in {record.phase}: {finding.verdict}: {finding}"
