"""Rollbacks that Chaos Toolkit did not play: it was killed, or something in it ended the process."""

import json
import time
from pathlib import Path

import stack
from chaos.command import experiment_command
from chaos.supervision.journal import Journal, read_journal
from chaos.supervision.rollbacks_alone import rollbacks_alone
from evidence.home import Home
from evidence.run_folder import RunFolder
from stormproof.run.experiment_end import journal_path
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.generator import stack_environment
from stormproof.run.recovery import stack_settings

_WITHIN_S = 60.0
_POLL_S = 0.05


def keep_rollbacks(folder: RunFolder, start: ExperimentStart) -> None:
    """Beside its logs, before it begins: whatever becomes of its own file. Raises OSError."""
    if start.parsed.rollbacks:
        content = json.dumps(rollbacks_alone(start.file), indent=2)
        _file(folder, start).write_text(content, encoding="utf-8")


def play_missed_rollbacks(home: Home, folder: RunFolder, start: ExperimentStart) -> str | None:
    """Play them now, all of them: they are safe to repeat, or they would not be rollbacks.

    What came of it, in words; None where none was missed. The experiment has ended. Raises PartFailed,
    InvalidFile.
    """
    journal = read_journal(journal_path(folder, start.name))
    planned = len(start.parsed.rollbacks)
    if not planned or not _were_missed(journal, planned):
        return None
    name = _name(start)
    _run(home, folder, start, name, _file(folder, start))
    played = read_journal(journal_path(folder, name))
    done = sum(one.status == "succeeded" for one in played.run) if played is not None else 0
    return f"supervision played the rollbacks afterwards: {done} of {planned} succeeded"


def _name(start: ExperimentStart) -> str:
    return f"{start.name}-rollbacks"


def _file(folder: RunFolder, start: ExperimentStart) -> Path:
    return folder.logs_dir / f"{_name(start)}.json"


def _were_missed(journal: Journal | None, planned: int) -> bool:
    return journal is None or (journal.dry is None and len(journal.rollbacks) < planned)


def _run(home: Home, folder: RunFolder, start: ExperimentStart, name: str, file: Path) -> None:
    settings = stack_settings(home)
    journal = journal_path(folder, name)
    command = experiment_command(
        file, folder.path, 0.0, journal, further=start.further, confirmed=start.confirmed
    )
    process = stack.start_process(
        settings,
        stack.ProcessSpec(
            name=f"experiment-{name}",
            role="experiment",
            argv=command,
            cwd=start.cwd,
            log_file=folder.logs_dir / f"experiment-{name}.log",
            environment=stack_environment(home),
            run=folder.id,
        ),
    )
    deadline_s = time.monotonic() + _WITHIN_S
    while stack.exit_code(process) is None and time.monotonic() < deadline_s:
        time.sleep(_POLL_S)
    stack.end_processes(settings, lambda one: one.pid == process.pid, timeout_s=1.0)
