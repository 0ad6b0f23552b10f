"""What a drill does: its steps, in the order in which the frame takes them."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from stormproof.drills.context import DrillContext

type Steps = Callable[[DrillContext], None]
"""Something to be done with a drill. Raises NotRecovered, StackError."""


def nothing(_context: DrillContext) -> None:
    """No step."""


def no_watch(_context: DrillContext) -> AbstractContextManager[None]:
    """Nothing beside the load."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class DrillAction:
    """One drill's code."""

    run: Steps
    """Under load: the failure and the recovery, up to `restored`; then what puts things in order."""
    prepare: Steps = nothing
    """Before the load: backups that recovery needs."""
    watch: Callable[[DrillContext], AbstractContextManager[None]] = no_watch
    """Goes on beside the load, from before it until after it."""
    service: Callable[[DrillContext], AbstractContextManager[None]] | None = None
    """The service behind its usual URL; None: one instance of it."""
