"""What an experiment came to, from what it left in the run folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos.session import WRITER
from chaos.supervision.asked_tolerances import AskedTolerances
from chaos.supervision.journal import read_journal
from chaos.supervision.judgement import judge
from chaos.supervision.supervised_run import SupervisedRun
from chaos.supervision.tolerance_asker import ask_tolerances
from evidence.experiment_record import ExperimentRecord
from evidence.run_folder import RunFolder
from evidence.timeline import (
    FaultWindow,
    TimelineEvent,
    TimelineEventName,
    TimelineKind,
    fault_windows,
    read_timeline,
)
from stormproof.run.experiment_start import ExperimentStart


@dataclass(frozen=True, slots=True)
class ExperimentEnd:
    """What was seen of its process, and of what had to be done afterwards."""

    started_ns: int
    ended_ns: int
    exit_code: int | None
    """None where nobody saw it end."""
    interrupted: str | None = None
    left_broken: tuple[str, ...] = ()
    played_afterwards: str | None = None


def journal_path(folder: RunFolder, name: str) -> Path:
    """Where the journal of the experiment of that process is kept."""
    return folder.logs_dir / f"{name}-journal.json"


def faults_of_experiment(
    folder: RunFolder, start: ExperimentStart, started_ns: int, ended_ns: int | None = None
) -> tuple[FaultWindow, ...]:
    """Those that it put into the run's timeline: another run of the same experiment has others."""
    return fault_windows(_events(folder, start, started_ns, ended_ns))


def conclude_experiment(
    folder: RunFolder, start: ExperimentStart, end: ExperimentEnd, environment: Mapping[str, str]
) -> ExperimentRecord:
    """Judge it. Raises InvalidFile for a journal or a timeline that cannot be read."""
    path = journal_path(folder, start.name)
    journal = read_journal(path)
    configuration = start.configuration
    asked = AskedTolerances()
    if journal is not None:
        asked = ask_tolerances(journal, configuration, start.cwd, environment)
    judgement = judge(
        SupervisedRun(
            experiment=start.parsed,
            exit_code=end.exit_code,
            journal=journal,
            log=_lines(path.with_suffix(".log")),
            faults=faults_of_experiment(folder, start, end.started_ns, end.ended_ns),
            interrupted=end.interrupted,
            left_broken=end.left_broken,
            healed_by_others=tuple(_healed_by_others(_events(folder, start, end.started_ns, end.ended_ns))),
            played_afterwards=end.played_afterwards,
            configuration=configuration,
            asked=asked,
        )
    )
    return ExperimentRecord(
        experiment=start.file.stem,
        file=str(start.file),
        phase=start.phase,
        started_ns=end.started_ns,
        ended_ns=end.ended_ns,
        exit_code=end.exit_code,
        status=None if journal is None else journal.status,
        verdict=judgement.verdict,
        findings=judgement.findings,
        journal=str(path.relative_to(folder.path)),
    )


def _events(
    folder: RunFolder, start: ExperimentStart, started_ns: int, ended_ns: int | None
) -> tuple[TimelineEvent, ...]:
    name = start.told_as
    return tuple(
        event
        for event in read_timeline(folder.timeline_file)
        if event.experiment == name and started_ns <= event.at_ns <= (ended_ns or event.at_ns)
    )


def _healed_by_others(events: Sequence[TimelineEvent]) -> Iterator[str]:
    for event in events:
        of_fault = event.kind is TimelineKind.FAULT and event.event is TimelineEventName.HEALING
        if of_fault and event.writer != WRITER:
            yield f"{event.name} of {event.target} was healed by {event.writer}"


def _lines(file: Path) -> tuple[str, ...]:
    try:
        return tuple(file.read_text(encoding="utf-8", errors="replace").splitlines())
    except FileNotFoundError:
        return ()
