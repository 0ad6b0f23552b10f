"""What drills do to parts."""

import stack
from stormproof.drills.context import DrillContext


def kill(context: DrillContext, *names: str) -> None:
    """SIGKILL to each, as when its machine is lost."""
    for name in names:
        stack.kill_part(context.settings, name)


def start(context: DrillContext, name: str) -> None:
    """Start one, and wait for its answer. Raises StackError."""
    stack.start_part(context.settings, name)
