"""How soon a service is to be back after a failure, and how much may be lost: recovery objectives.

OpenSLO has no kind for them: they are Service documents whose annotations say `stormproof/recovery-time`
(RTO) and `stormproof/recovery-point` (RPO), as 30s, 15m, 4h, 1d.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from evidence.errors import InvalidFile
from slo.objective import read_documents
from slo.openslo.library import Place
from slo.openslo.slo import Service

TIME, POINT = "stormproof/recovery-time", "stormproof/recovery-point"
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


@dataclass(frozen=True, slots=True)
class RecoveryObjective:
    """One failure, and what is promised of it."""

    name: str
    description: str
    recovery_time_s: float
    """From the failure until the service is inside its objectives again, at most."""
    recovery_point_s: float
    """How old the newest data that survived may be, at most; 0 where nothing may be lost."""
    source: str = ""


def read_recovery_objectives(path: Path) -> tuple[RecoveryObjective, ...]:
    """Those in a file or a folder. Raises InvalidFile, also where only one of the two figures is said."""
    found: list[RecoveryObjective] = []
    for placed in read_documents(path).of_kind(Service):
        metadata = placed.document.metadata
        if TIME in metadata.annotations or POINT in metadata.annotations:
            found.append(
                RecoveryObjective(
                    name=metadata.name,
                    description=metadata.display_name or "",
                    recovery_time_s=_seconds(metadata.annotations.get(TIME), TIME, placed.place),
                    recovery_point_s=_seconds(metadata.annotations.get(POINT), POINT, placed.place),
                    source=metadata.annotations.get("stormproof/source", ""),
                )
            )
    return tuple(found)


def _seconds(written: str | None, key: str, place: Place) -> float:
    matched = re.fullmatch(r"(\d+)([smhd])", written or "")
    if matched is None:
        problem = place.problem(f"metadata.annotations.{key}", repr(written), "must be as 30s, 15m, 4h, 1d")
        raise InvalidFile(place.file, (problem,), "Say both the recovery time and the recovery point.")
    return int(matched[1]) * _SECONDS[matched[2]]
