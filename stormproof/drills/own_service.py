"""The service as a drill itself ends it and starts it anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from stormproof.drills.context import DrillContext
from stormproof.drills.part_steps import kill
from stormproof.run.service import SERVICE, start_service


def start_own_service(context: DrillContext) -> None:
    """Start it for this drill, and wait until it is ready. Raises ServiceFailed."""
    start_service(context.home, context.folder.id, cwd=context.home.state_dir)


def restart_own_service(context: DrillContext) -> None:
    """Killed and started again. Raises ServiceFailed."""
    kill(context, SERVICE)
    start_own_service(context)


@contextmanager
def own_service(context: DrillContext) -> Iterator[None]:
    """It is ready at first; whatever of it is left in the end, the frame ends."""
    start_own_service(context)
    yield
