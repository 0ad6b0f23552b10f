"""Arrivals at the instants that a file has recorded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import numpy as np
from pydantic import ConfigDict, PlainValidator

from evidence.errors import Problem
from loadtests.arrivals.curve import NS_PER_S, Floats
from loadtests.arrivals.recording import Recording, RecordingFormat, read_recording
from loadtests.arrivals.timestamps import TimestampForm
from loadtests.number_checks import above_zero


def _not_written(_: object) -> NoReturn:
    raise ValueError("is read from the file, not written in a scenario")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The earliest of the file is sent at the start of the load."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["replay"]
    file: Path
    """As seen from the scenario's folder."""
    column: str | None = None
    field: str | None = None
    unit: TimestampForm | None = None
    speed: float = 1.0
    """2 sends what was recorded in an hour within half an hour."""
    loop: bool = False
    """Begin again at the end, after a gap of the mean length."""
    recording: Annotated[Recording | None, PlainValidator(_not_written)] = None
    """What the file holds, once it is read."""

    @property
    def is_per_tenant(self) -> bool:
        """It is not: the file says what all tenants together send."""
        return False

    def problems(self, where: str) -> Iterator[Problem]:
        """What is wrong with it."""
        if self.column is not None and self.field is not None:
            yield Problem(
                f"{where}.field", self.field, "must be left out beside column: a file is CSV or JSONL"
            )
        yield from above_zero(f"{where}.speed", self.speed)
        if self.loop and self.recording is not None and self.recording.offsets_ns[-1] == 0:
            yield Problem(f"{where}.loop", "true", f"must be false: {self.file} has one instant only")

    def read(self, folder: Path) -> "Replay":
        """With what the file holds. Raises InvalidFile, OSError when there is no such file."""
        written = RecordingFormat(self.column, self.field, self.unit)
        return replace(self, recording=read_recording(folder / self.file, written))

    def note(self) -> str:
        """What a reader of the evidence should know."""
        recording = self._read_recording()
        order = "" if recording.was_in_order else "; its lines were not in time order and are sent sorted"
        return f"{len(recording.offsets_ns):,} arrivals of {self.file}, sha256 {recording.sha256}{order}"

    def curve(self, tenants: int | None) -> "Replayed":  # noqa: ARG002 -- the same for any number of tenants
        """Raises ValueError when the file was not read."""
        at_s = self._read_recording().offsets_ns / (NS_PER_S * self.speed)
        period_s = at_s[-1] * len(at_s) / (len(at_s) - 1) if self.loop else np.inf
        return Replayed(at_s, float(period_s))

    def _read_recording(self) -> Recording:
        if self.recording is None:
            raise ValueError(f"{self.file} must be read first")
        return self.recording


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """One arrival at each instant; equal gaps of what is expected become the gaps of the file."""

    at_s: Floats
    """In time order, from 0 on."""
    period_s: float
    """Infinite for one that is not repeated."""

    def expected(self, at_s: Floats) -> Floats:
        """How many there are before each instant."""
        periods, into_s = np.divmod(at_s, self.period_s)
        summed: Floats = periods * len(self.at_s) + np.searchsorted(self.at_s, into_s, side="left")
        return summed

    def instants_s(self, counts: Floats) -> Floats:
        """Of the arrival that each count falls on."""
        periods, position = np.divmod(counts.astype(np.int64), len(self.at_s))
        instants: Floats = self.at_s[position]
        again = periods > 0
        instants[again] += periods[again] * self.period_s
        return instants

    def most_expected(self, window_s: float, until_s: float) -> float:
        """The busiest window begins with an arrival; of one that is repeated, within the first two rounds."""
        periods, rest_s = divmod(window_s, self.period_s)
        latest_start_s = until_s - window_s
        starts_s = np.concatenate([self.at_s, self.at_s + self.period_s])
        starts_s = np.append(starts_s[starts_s <= latest_start_s], latest_start_s)
        rest = self.expected(starts_s + rest_s) - self.expected(starts_s)
        return float(periods * len(self.at_s) + rest.max())
