"""What a stack is doing, told while it does it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StackProgress:
    """One step of one part."""

    part: str
    """The name of a part (elasticsearch, postgres, redis-cache, redis-state, toxiproxy)."""
    step: str
    """What is being done, such as: downloading Elasticsearch 9.2.4 (100 MB)."""
    done: bool = False
    """True once, when the part answers real requests (or, in `down`, when it is gone)."""
    detail: str = ""
    """What changes within a step, such as a share; may be empty."""


type ProgressListener = Callable[[StackProgress], None]
"""Called from any thread, by several at once."""


def ignore_progress(progress: StackProgress) -> None:
    """A listener that does nothing."""
