"""The watch: part after part, each judged at its end, until somebody ends it."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import stack
from evidence.errors import InvalidFile
from evidence.home import Home
from evidence.run_folder import RunFolder
from loadtests.command import EXIT_INTERRUPTED, GeneratorOptions, generator_command
from slo.evaluate import Demands
from slo.objective import Objective
from stormproof.console import StepBoard
from stormproof.errors import BadInput
from stormproof.run.conclusion import Conclusion, conclude
from stormproof.run.interrupt import Interrupts
from stormproof.run.living_load import load_lives
from stormproof.run.load_alone import GeneratorDefect, LoadRequest, load_alone
from stormproof.run.recovery import stack_settings
from stormproof.watch.clock import ClockGuard
from stormproof.watch.folder import WatchFolder, slim
from stormproof.watch.parts import PartSpan, next_part

_AGAIN_AFTER_S = 30.0
_STOPPED = "The watch was stopped in this part: it ends with the last arrival before that."
_CLOCK_SET = "the clock was set, or the machine slept: a new part begins"


class QuietBoard(StepBoard):
    """A line every ten seconds for months is nothing to read."""

    def note(self, line: str) -> None:
        """Tells nothing."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and how its evidence is cut."""

    folder: WatchFolder
    name: str
    scenario_file: Path
    target: str
    further_targets: tuple[tuple[str, str], ...]
    seed: int
    part_s: float
    keep: int
    objectives: tuple[Objective, ...]
    """What each part is judged by; none tells only whether it is evidence."""
    home: Home
    on_part: Callable[[Conclusion], None]
    wall_ns: Callable[[], int] = time.time_ns
    """Asked anew for each part: over months a clock is set, and machines sleep."""
    sleep: Callable[[float], None] = time.sleep

    @property
    def demands(self) -> Demands:
        """All objectives."""
        return Demands(frozenset(one.name for one in self.objectives))


def watch(asked: Watch, board: StepBoard, interrupts: Interrupts) -> None:
    """Go on until interrupted. What an earlier watch left unjudged is judged first.

    A part that fails is told and the next one is begun after a while; that the first one cannot begin is an
    error: raises BadInput, GeneratorDefect, StackError.
    """
    with asked.folder.locked():
        _take_over(asked, board)
        has_begun = False
        while not interrupts.interrupted:
            try:
                _one_part(asked, board, interrupts)
                has_begun = True
            except KeyboardInterrupt:
                return
            except (BadInput, GeneratorDefect, stack.StackError, InvalidFile, OSError) as error:
                if not has_begun:
                    raise
                board.tell("watch", f"a part failed: {error}; trying again", failed=True)
                _take_over(asked, board)
                _pause(asked, interrupts)


def _one_part(asked: Watch, board: StepBoard, interrupts: Interrupts) -> None:
    guard = ClockGuard(asked.wall_ns)
    span = next_part(asked.wall_ns(), asked.part_s)
    part = asked.folder.new_part(asked.name, span.start_ns)
    try:
        load_alone(_request(asked, part, span, guard), asked.home, board, interrupts)
    except BaseException:
        if not part.run_file.exists():
            shutil.rmtree(part.path, ignore_errors=True)  # nothing was sent
        raise
    with interrupts.shield():
        _was_stopped(part)
        _conclude(asked, part)
        for name in asked.folder.remove_outdated(asked.keep, asked.part_s):
            board.tell("watch", f"removed {name}: {asked.keep} parts are kept")
    if guard.was_set():
        board.tell("watch", _CLOCK_SET)
    elif asked.wall_ns() < span.end_ns and not interrupts.interrupted:
        board.tell("watch", f"{part.id} ended early: see its log in {part.logs_dir}", failed=True)
        _pause(asked, interrupts)


def _request(asked: Watch, part: RunFolder, span: PartSpan, guard: ClockGuard) -> LoadRequest:
    options = GeneratorOptions(
        scenario_file=asked.scenario_file,
        target=asked.target,
        further_targets=asked.further_targets,
        run_dir=part.path,
        tenants_file=asked.home.tenants_file,
        seed=asked.seed,
        start_at_ns=span.start_ns,
        duration_s=span.duration_s,
    )
    return LoadRequest(
        folder=part,
        is_new_folder=True,
        command=generator_command(options),
        workers=1,
        locustfile=None,
        cwd=part.path,
        duration_s=span.duration_s,
        is_over=guard.was_set,
    )


def _conclude(asked: Watch, part: RunFolder) -> None:
    conclusion = conclude(part, asked.objectives, asked.demands)
    slim(part)
    asked.on_part(conclusion)


def _was_stopped(part: RunFolder) -> None:
    """A part has no planned end that it must reach: ended in good order, it has lost no evidence."""
    record = part.read_run()
    if record.interrupted:
        exits = tuple(one for one in record.exits if one.exit_code != EXIT_INTERRUPTED)
        part.write_run(replace(record, interrupted=False, exits=exits, notes=(*record.notes, _STOPPED)))


def _take_over(asked: Watch, board: StepBoard) -> None:
    """End the generator of a watch that died, and judge its last part. A part whose generator died with it is
    INVALID: what was in flight then is not known. One that cannot be read stays as it is, and is told.
    """
    parts = {part.id: part for part in asked.folder.parts()}
    stack.end_processes(
        stack_settings(asked.home),
        lambda one: one.role == "generator" and one.run in parts and not load_lives(asked.home, one.run),
        timeout_s=20.0,
    )
    for part in parts.values():
        if part.verdict_file.exists():
            continue
        if not part.run_file.exists():
            shutil.rmtree(part.path)  # nothing was sent
            continue
        try:
            _was_stopped(part)
            _conclude(asked, part)
        except (InvalidFile, OSError) as error:
            board.tell("watch", f"{part.id} cannot be judged: {error}", failed=True)


def _pause(asked: Watch, interrupts: Interrupts) -> None:
    left_s = _AGAIN_AFTER_S
    while left_s > 0 and not interrupts.interrupted:
        asked.sleep(min(1.0, left_s))
        left_s -= 1.0
