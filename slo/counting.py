"""How many requests count for an objective, and how many of them are good."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from slo.cube import Asked, Cube, Grid, fill_cube
from slo.evidence_view import Columns
from slo.inference.block_counts import BlockCounts, Counts, block_seconds
from slo.promise import Objective, Slices
from slo.questions import Questions
from slo.slices import SliceCounts, count_slices
from slo.sql import query
from slo.windows import Span

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Tally:
    """What one objective counts in one stretch of a run: requests, answers, writes, or slices of time."""

    good: int
    total: int
    first_intended_ns: int | None = None
    """None where there is no request."""
    last_intended_ns: int | None = None
    unknown: int = 0
    """Those of which nobody can tell whether they are good, as answers of which nobody knows how fast they
    came. Neither good nor bad."""
    blocks: BlockCounts | None = field(default=None, compare=False)
    """The same in blocks of time, those of unknown latency not among the bad; None where only sums are
    known."""
    parts: int = 1
    """How many of the counts are one event: more than 1 where slices of time count by their ratio."""
    unknown_by_block: Counts | None = field(default=None, compare=False)
    """Those that are unknown, a number for each of `blocks`."""

    @classmethod
    def of_slices(cls, counts: SliceCounts, first_ns: int, last_ns: int) -> "Tally":
        """Slices of time, from requests between these instants."""
        return cls(
            counts.good,
            counts.total,
            first_ns,
            last_ns,
            counts.unknown,
            counts.blocks,
            counts.parts,
            counts.unknown_by_block,
        )

    @property
    def bad(self) -> int:
        """Requests that broke the promise."""
        return self.total - self.good - self.unknown

    @property
    def rate_per_s(self) -> float | None:
        """Requests a second, by their intended instants; None where there are too few to tell."""
        if self.first_intended_ns is None or self.last_intended_ns is None or self.total < 2:
            return None
        span_ns = self.last_intended_ns - self.first_intended_ns
        return (self.total - 1) * _NS_PER_S / span_ns if span_ns > 0 else None

    def were_unknown(self, *, good: bool) -> "Tally":
        """Counted as if all that are unknown had been good, or bad, each in its own block."""
        blocks, unknown = self.blocks, self.unknown_by_block
        if blocks is not None and unknown is not None and not good:
            blocks = replace(blocks, bad=blocks.bad + unknown)
        return replace(
            self,
            good=self.good + (self.unknown if good else 0),
            unknown=0,
            blocks=blocks,
            unknown_by_block=None,
        )


@dataclass(frozen=True, slots=True)
class ObjectiveTally:
    """One objective over the whole run, and in each phase but the warm-up."""

    whole_run: Tally
    by_phase: tuple[tuple[str, Tally], ...]
    """Phases in the order of the run, those without requests too."""


def selection(objective: Objective) -> dict[str, object]:
    """Which requests an objective is about, and what makes them good, as the queries take it."""
    return {
        "tier": objective.tier,
        "operation": objective.operation,
        "tenant": objective.tenant,
        "target": objective.named_target,
        "threshold_ns": objective.threshold_ns,
    }


def tally(
    evidence: Questions, objective: Objective, phases: tuple[str, ...], *, within: Span | None = None
) -> ObjectiveTally:
    """Count an objective over the run and over `phases`; of requests intended `within`, where that is said.

    What counts and what is good: `counted.sql`. Requests between phases count for the whole run only.
    """
    return tally_all(evidence, ((objective, within),), phases)[0]


def tally_all(
    evidence: Questions,
    objectives: Sequence[tuple[Objective, Span | None]],
    phases: tuple[str, ...] = (),
) -> tuple[ObjectiveTally, ...]:
    """The same for many objectives, each within its own span, from one scan of the requests."""
    if not objectives:
        return ()
    asked = asked_of(evidence, objectives)
    cube = fill_cube(evidence, asked)
    return tuple(tallied(cube, one, phases) for one in asked)


def asked_of(evidence: Questions, objectives: Sequence[tuple[Objective, Span | None]]) -> tuple[Asked, ...]:
    """What a cube must be filled for, to tally these."""
    return tuple(Asked(one, grid_of(evidence, one), within) for one, within in objectives)


def tallied(cube: Cube, asked: Asked, phases: tuple[str, ...] = ()) -> ObjectiveTally:
    """Count one objective from a cube that was filled for it."""
    return in_phases(cube.counted(asked), asked.objective, asked.grid, phases)


def in_phases(counted: Columns, objective: Objective, grid: Grid, phases: tuple[str, ...]) -> ObjectiveTally:
    """What counts in stretches of time (`count_by_block.sql` has the columns) as tallies."""
    block_s, slices, named = grid.length_ns / _NS_PER_S, objective.slices, counted["phase"]
    everywhere = np.ones(len(named), dtype=bool)
    return ObjectiveTally(
        whole_run=_tally(counted, everywhere, block_s, slices),
        by_phase=tuple(
            (phase, _tally(counted, np.asarray(named == phase), block_s, slices)) for phase in phases
        ),
    )


def grid_of(evidence: Questions, objective: Objective) -> Grid:
    """The stretches of time by which an objective is counted: slices are those of the clock."""
    if objective.slices is not None:
        return Grid(0, round(objective.slices.length_s * _NS_PER_S))
    return block_grid(evidence)


def block_grid(evidence: Questions) -> Grid:
    """The blocks of time by which failures are told to come in bursts, since the first request."""
    first_ns, last_ns = evidence.rows(query("recorded_span"))[0]
    if first_ns is None:
        return Grid(0, _NS_PER_S)
    return Grid(int(first_ns), block_seconds((int(last_ns) - int(first_ns)) / _NS_PER_S) * _NS_PER_S)


def _tally(counted: Columns, chosen: NDArray[np.bool_], block_s: float, slices: Slices | None) -> Tally:
    def column(name: str) -> Counts:
        return np.asarray(counted[name][chosen], dtype=np.int64)

    total, good, unknown = column("total"), column("good"), column("unknown")
    if not len(total):
        return Tally(0, 0)
    first_ns, last_ns = int(column("first_ns").min()), int(column("last_ns").max())
    stratum, block = column("stratum"), column("block")
    if slices is not None:
        counts = count_slices(slices, stratum, block, total, good, unknown)
        return Tally.of_slices(counts, first_ns, last_ns)
    return Tally(
        good=int(good.sum()),
        total=int(total.sum()),
        first_intended_ns=first_ns,
        last_intended_ns=last_ns,
        unknown=int(unknown.sum()),
        blocks=BlockCounts(block_s, stratum, block, total, total - good - unknown),
        unknown_by_block=unknown,
    )
