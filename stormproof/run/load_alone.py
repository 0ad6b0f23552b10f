"""A load by itself: no phases, no faults, no promises; its evidence, and whether it is any."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import stack
from evidence.home import Home
from evidence.run_folder import RunFolder
from evidence.run_record import ProcessExit, RunRecord
from evidence.verdict_record import ValidityCheck
from loadtests.command import EXIT_COMPLETED, EXIT_DEFECT, EXIT_WRONG_INPUT, OWN_EXITS
from slo.evaluate import Demands, evaluate
from slo.outcomes import OutcomeCount, count_outcomes
from stormproof.console import StepBoard
from stormproof.errors import BadInput
from stormproof.live_view import live_view
from stormproof.run.crew import Crew, start_crew
from stormproof.run.interrupt import Interrupts
from stormproof.run.living_load import living_load

_TOLD_LINES = 12
_LOGGED = re.compile(r"\[\d{4}-\d\d-\d\d ")
"""How Locust begins what it logs; what follows without it belongs to that."""


class GeneratorDefect(RuntimeError):  # noqa: N818 -- what happened
    """The generator failed by a defect of ours."""


class _Over(Exception):  # noqa: N818 -- no error
    """The load is to end now."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What is to be put on."""

    folder: RunFolder
    is_new_folder: bool
    command: tuple[str, ...]
    workers: int
    locustfile: Path | None
    """A user's own; None for a scenario."""
    cwd: Path
    duration_s: float | None = None
    """Of the schedule, where that is known."""
    is_over: Callable[[], bool] = lambda: False
    """Asked while it goes on: whether it is to end in good order, before its schedule does."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What it came to."""

    unsound: tuple[ValidityCheck, ...]
    """Conditions of evidence that did not hold; none for a sound run."""
    outcomes: tuple[OutcomeCount, ...]
    """Of all requests, by target, the most frequent first."""
    interrupted: bool


def load_alone(request: LoadRequest, home: Home, board: StepBoard, interrupts: Interrupts) -> LoadResult:
    """Put it on and judge whether it is evidence. Whatever happens, no process stays, evidence does.

    Raises BadInput when nothing could be sent, KeyboardInterrupt when interrupted before anything was,
    GeneratorDefect, PartFailed.
    """
    folder = request.folder
    with living_load(home, folder.id):
        board.tell("load", "starting")
        fallen: stack.ManagedProcess | None = None
        crew = start_crew(
            home,
            folder,
            request.command,
            workers=request.workers,
            locustfile=request.locustfile,
            cwd=request.cwd,
        )
        try:
            with live_view(board, folder.path, request.duration_s):
                fallen = crew.wait(lambda: _on_poll(request, board), has_begun=folder.run_file.exists)
        except _Over:
            board.tell("load", "ends: waiting for the last answers")
        except KeyboardInterrupt:
            board.tell("load", "interrupted: waiting for the last answers", failed=True)
        finally:
            with interrupts.shield():
                if crew.exit_code() is None:
                    crew.interrupt()
                crew.end()
    with interrupts.shield():
        return _concluded(request, crew, board, interrupts, fallen)


def _on_poll(request: LoadRequest, board: StepBoard) -> None:
    if request.folder.run_file.exists():
        board.tell("load", "goes on")
        if request.is_over():
            raise _Over


def _concluded(
    request: LoadRequest,
    crew: Crew,
    board: StepBoard,
    interrupts: Interrupts,
    fallen: stack.ManagedProcess | None,
) -> LoadResult:
    folder, code = request.folder, crew.exit_code()
    # Who waited for a worker that fell has nothing to say of the reason.
    log = _tail(Path((fallen or crew.leader).log_file))
    if code == EXIT_DEFECT:
        board.tell("load", "failed", failed=True)
        raise GeneratorDefect(f"The generator failed, see {crew.leader.log_file}:\n{log}")
    if not folder.run_file.exists() or code == EXIT_WRONG_INPUT:
        board.tell("load", "nothing was sent", failed=True)
        if request.is_new_folder and not folder.run_file.exists():
            shutil.rmtree(folder.path, ignore_errors=True)
        if interrupts.interrupted:
            raise KeyboardInterrupt
        raise BadInput(f"The load could not start; nothing was sent:\n{log}")
    record = folder.read_run()
    folder.write_run(replace(record, exits=_merged(record, crew.exits())))
    outcomes = count_outcomes(folder)
    if not outcomes and not interrupts.interrupted and code == EXIT_COMPLETED:
        board.tell("load", "nothing was sent", failed=True)
        raise BadInput(
            "The load sent no request: its users fail before they ask, or ask past self.client. See "
            f"{crew.leader.log_file}:\n{log}"
        )
    verdict = evaluate(folder, (), Demands(frozenset()))
    unsound = tuple(check for check in verdict.validity.checks if not check.held)
    arrivals = sum(one.arrivals for one in record.scheduled)
    board.tell("load", f"{arrivals:,} arrivals", done=not unsound, failed=bool(unsound))
    return LoadResult(unsound, outcomes, interrupts.interrupted)


def _merged(record: RunRecord, seen: tuple[ProcessExit, ...]) -> tuple[ProcessExit, ...]:
    """What was seen of a process counts before what it, or its master, said."""
    told = {one.name: one for one in record.exits}
    known = {one.name for one in seen}
    return (
        *(one for one in record.exits if one.name not in known),
        *(
            told.get(one.name, ProcessExit(one.name, EXIT_COMPLETED))
            if record.ended_ns is not None and _is_of_the_locustfile(one)
            else one
            for one in seen
        ),
    )


def _is_of_the_locustfile(one: ProcessExit) -> bool:
    """Locust's own recipe has it exit with 1 where the target failed too often: of what the target did
    objectives are the judge, and the generator came to its end.
    """
    return one.exit_code is not None and one.exit_code > 0 and one.exit_code not in OWN_EXITS


def _tail(log_file: Path) -> str:
    """What Locust logged as an error, where it did: its tables at the end tell nothing of that."""
    try:
        text = log_file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return str(error)
    lines = text.splitlines()
    errors, is_error = [], False
    for line in lines:
        if _LOGGED.match(line):
            is_error = "/ERROR/" in line or "/CRITICAL/" in line
        if is_error:
            errors.append(line)
    return "\n".join((errors or lines)[-_TOLD_LINES:])
