"""How many worker processes share the port, and how they start and stop."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from reference_service.settings.units import Seconds
from reference_service.workers.numbers import MOST, needed


class WorkersSettings(BaseModel):
    """How many worker processes share the port, and how they start and stop."""

    workers: int = Field(1, ge=1, le=64)
    # Part of every version: machines whose workers live at the same time need ranges of their own, of twice
    # as many numbers as workers. A StatefulSet gives each pod its ordinal times that.
    worker: int = Field(0, ge=0, lt=MOST, description="the number of the first worker of this machine")
    start_s: Seconds = 30.0  # until a worker is ready
    drain_s: float = Field(0.5, ge=0, le=300, description="ready is false this long before the port closes")
    finish_s: Seconds = (
        10.5  # for requests under way when the port has closed: the longest deadline, and a bit
    )
    flush_s: Seconds = 3.0  # for what runs beside requests to come to an end
    metrics_dir: Path = Field(
        Path("~/.local/state/document-search/metrics"), description="where several workers add up theirs"
    )

    @field_validator("worker")
    @classmethod
    def _numbers_suffice(cls, worker: int, info: ValidationInfo) -> int:
        numbers = needed(info.data.get("workers", 1))
        if worker + numbers > MOST:
            raise ValueError(f"at most {MOST - numbers}: workers and their successors take {numbers} numbers")
        return worker
