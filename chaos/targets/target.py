"""What every kind of target can tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chaos.targets.whereabouts import Whereabouts


class Target(Protocol):
    """One thing that can be broken. Frozen: it says where the thing is, and does nothing by itself."""

    @property
    def name(self) -> str:
        """As the experiment, the timeline and the report call it."""
        ...

    def parameters(self) -> Mapping[str, str]:
        """All that another process needs to find it again, as its kind's `read` takes it."""
        ...


def nothing_to_repair(target: Target) -> str | None:  # noqa: ARG001 -- what kinds that can, look at
    """For targets that are reached without anybody between."""
    return None


@dataclass(frozen=True, slots=True)
class TargetKind[T: Target]:
    """How targets of one kind are found, and found again."""

    undo_kind: str
    """How `undo.jsonl` names the kind; never reused for another."""
    meaning: str
    """What such a target is, for people."""
    find: Callable[[Whereabouts, str], T]
    """The target that an experiment calls by that name. Raises ChaosError, InvalidFile."""
    read: Callable[[Mapping[str, str], str], T]
    """The target again, from its parameters; the text says in errors where they are written.
    Raises InvalidArgumentError, NotLoopbackError; KeyError for a parameter that is missing."""
    repair: Callable[[T], str | None] = nothing_to_repair
    """Mend what stands between a healer and the target, when it could not get through: what was done, None
    where nothing can be. Raises ChaosError."""
