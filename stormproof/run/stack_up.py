"""The stack for the time of a run: one that was up before stays, one that the run brings up goes with it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import stack
from chaos.healing import HealState
from chaos.timing import Timing
from chaos.undo import HealReport, heal, heal_inside
from evidence.home import Home
from stormproof.console import StepBoard
from stormproof.errors import BadInput
from stormproof.run.interrupt import Interrupts
from stormproof.run.recovery import clear_dead_run, running_profile, stack_settings

_HEAL_EVERY_S = 1.0


@contextmanager
def stack_for_run(
    home: Home,
    run: str,
    board: StepBoard,
    interrupts: Interrupts,
    profile: stack.Profile | None = None,
) -> Iterator[None]:
    """The stack is up and sound within the block. The caller holds the run lock.

    Whatever a dead run left is cleared first; a stack that it brought up is taken over, or stopped where it
    is of another profile. Without a profile it is the one that runs, or the single one. Raises BadInput where
    another one runs, StackError.
    """
    recovery = clear_dead_run(home, keep_stack=True)
    running = running_profile(home)
    if recovery.stack_orphaned and profile is not None and running != profile:
        stack.down(stack_settings(home))
        running = None
    if profile is not None and running not in {None, profile}:
        raise BadInput(
            f"The stack runs with the profile {running}, and this needs {profile}: stop it first (its data "
            "stay): stormproof down"
        )
    settings = stack_settings(home, profile)
    for name in recovery.ended:
        board.tell("left by a dead run", f"ended {name}", done=True)
    was_up = not recovery.stack_orphaned and all(part.state == "running" for part in stack.status(settings))
    if not was_up:
        stack.set_owner(settings, run)
    try:
        bring_up_and_heal(home, settings, recovery.faults, board)
        yield
    finally:
        if not was_up:
            with interrupts.shield():
                take_down(settings, board)


def bring_up(settings: stack.StackSettings, board: StepBoard) -> None:
    """Start what does not run, clear what is broken; a line for each part on the board."""
    try:
        stack.up(settings, board_listener(board))
    except stack.StackError as error:
        board.tell("stack", error.what, failed=True)
        raise


def bring_up_and_heal(
    home: Home, settings: stack.StackSettings, before: HealReport, board: StepBoard
) -> None:
    """As `bring_up`. Faults that outlive their target's end, as settings that it keeps, are undone only while
    it runs, and it may not become sound before that.

    `before` is what came of healing while it did not run. Raises StackError, InvalidFile, OSError.
    """
    if before.clean:
        bring_up(settings, board)
        return
    is_over = Event()
    with ThreadPoolExecutor(max_workers=1) as healers:
        healers.submit(_heal_until, is_over, home)
        try:
            bring_up(settings, board)
        finally:
            is_over.set()
    for healing in heal(home, Timing.real()).healings:
        told = f"{healing.fault} of {healing.target}: {healing.state}. {healing.detail}"
        board.tell("left by a dead run", told, done=True, failed=healing.state is HealState.FAILED)


def _heal_until(is_over: Event, home: Home) -> None:
    while not is_over.wait(_HEAL_EVERY_S):
        if heal_inside(home, Timing.real()):
            return


def take_down(settings: stack.StackSettings, board: StepBoard, *, wipe: bool = False) -> None:
    """Stop every part and process; a line for each part on the board."""
    stack.down(settings, wipe=wipe, on_progress=board_listener(board))


def board_listener(board: StepBoard) -> stack.ProgressListener:
    """Tells what a stack is doing on the board."""

    def tell(progress: stack.StackProgress) -> None:
        board.tell(progress.part, progress.step, detail=progress.detail, done=progress.done)

    return tell
