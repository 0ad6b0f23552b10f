"""A drill as its file tells it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

import stack
from evidence.documents import read_document
from evidence.drill_record import RecoveryObjective
from stormproof.errors import BadInput

_STRICT = ConfigDict(extra="forbid")
DRILLS_FILE = Path(__file__).with_name("drills.yaml")


@dataclass(frozen=True, slots=True)
class Drill:
    """What fails, how it is recovered, and what is allowed for it."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    title: str
    profile: stack.Profile
    """That the stack must have."""
    fails: str
    recovers: str
    objective: RecoveryObjective
    time_scale: Annotated[float, Field(ge=1)] = 1.0
    """So many times faster than in production are the steps that only wait."""


def read_drills() -> tuple[Drill, ...]:
    """All of them. Raises InvalidFile."""
    return read_document(DRILLS_FILE, tuple[Drill, ...])


def find_drills(names: tuple[str, ...]) -> tuple[Drill, ...]:
    """Those of these names, in the order of the file: drills on the same profile come together.

    Raises BadInput, which names the drills that there are.
    """
    drills = read_drills()
    unknown = sorted(set(names) - {drill.name for drill in drills})
    if unknown:
        known = ", ".join(drill.name for drill in drills)
        raise BadInput(f"drill {', '.join(unknown)}: must be one of {known}, or all.")
    return tuple(drill for drill in drills if drill.name in names)
