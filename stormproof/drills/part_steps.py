"""What drills do to parts."""

import stack
from stormproof.drills.context import DrillContext


def kill(context: DrillContext, *names: str) -> None:
    """SIGKILL to all at once, as when their machine is lost."""
    stack.kill_parts(context.settings, *names)


def start(context: DrillContext, name: str) -> None:
    """Start one, and wait for its answer. Raises StackError."""
    stack.start_part(context.settings, name)
