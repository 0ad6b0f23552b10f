"""The requests of a run that count, in columns: what comparisons are computed from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slo.evidence_view import WARM_UP, Evidence, cause_of
from slo.inference.block_counts import BlockCounts, Counts, block_seconds
from slo.sql import query

type Chosen = NDArray[np.bool_]

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """start_ns <= instant < end_ns."""

    start_ns: int
    end_ns: int

    @property
    def length_s(self) -> float:
        """How long it is."""
        return (self.end_ns - self.start_ns) / _NS_PER_S


@dataclass(frozen=True, slots=True, eq=False)
class ComparedRequests:
    """A row a request, ordered by intended instant; 28 bytes each."""

    intended_ns: Counts
    ended_ns: Counts
    latency_ns: Counts
    """-1 where it is not known."""
    available: Chosen
    answered: Chosen
    """A status came."""
    tier: NDArray[np.int16]
    """Position in `tiers`, counted from 1; 0 for none. So are operation and phase."""
    operation: NDArray[np.int16]
    phase: NDArray[np.int16]
    stratum: Counts
    tiers: tuple[str, ...]
    operations: tuple[str, ...]
    phases: Mapping[str, Window]
    """In their order, without the warm-up."""
    faults: Mapping[str, tuple[Window, ...]]
    """By their cause: from verified to healing, each occurrence."""
    clocks: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.intended_ns)

    @property
    def span(self) -> Window:
        """From the first to the last intended instant, of at least one request."""
        return Window(int(self.intended_ns[0]), int(self.intended_ns[-1]) + 1)

    def within(self, windows: tuple[Window, ...]) -> Chosen:
        """Requests that were intended in one of `windows`."""
        chosen = np.zeros(self.count, dtype=bool)
        for window in windows:
            first, last = np.searchsorted(self.intended_ns, (window.start_ns, window.end_ns))
            chosen[first:last] = True
        return chosen

    def answered_within(self, windows: tuple[Window, ...]) -> Chosen:
        """Requests that were answered before the end of the window that they were intended in."""
        chosen = np.zeros(self.count, dtype=bool)
        for window in windows:
            first, last = np.searchsorted(self.intended_ns, (window.start_ns, window.end_ns))
            chosen[first:last] = self.answered[first:last] & (self.ended_ns[first:last] < window.end_ns)
        return chosen

    def blocks(self, chosen: Chosen, bad: Chosen) -> BlockCounts:
        """The chosen in blocks of time, and those of them that are `bad`."""
        block_s = block_seconds(self.span.length_s) if self.count else 1
        instants = self.intended_ns[chosen]
        block = (instants - self.span.start_ns) // (block_s * _NS_PER_S) if self.count else instants
        return in_blocks(self.stratum[chosen], block, bad[chosen], block_s)


def in_blocks(stratum: Counts, block: Counts, bad: Chosen, block_s: float) -> BlockCounts:
    """Requests in the order of their instants, counted by stratum and block."""
    if not len(block):
        nothing = np.zeros(0, np.int64)
        return BlockCounts(block_s, nothing, nothing, nothing, nothing)
    fresh = np.ones(len(block), dtype=bool)
    fresh[1:] = (block[1:] != block[:-1]) | (stratum[1:] != stratum[:-1])
    starts = np.flatnonzero(fresh)
    total = np.diff(np.append(starts, len(block)))
    return BlockCounts(
        block_s,
        stratum[starts].astype(np.int64),
        block[starts].astype(np.int64),
        total.astype(np.int64),
        np.add.reduceat(bad.astype(np.int64), starts),
    )


def read_requests(evidence: Evidence) -> ComparedRequests:
    """All that count."""
    tiers, operations, clocks = (
        tuple(str(name) for name in names or ()) for names in evidence.rows(query("compared_names"))[0]
    )
    phases = {
        phase.name: Window(phase.start_ns, phase.end_ns)
        for phase in evidence.phases
        if phase.name != WARM_UP and phase.end_ns is not None
    }
    names = {"tiers": list(tiers), "operations": list(operations), "phases": list(phases)}
    found = evidence.columns(query("compared_requests"), names)
    return ComparedRequests(
        intended_ns=np.asarray(found["intended_ns"], np.int64),
        ended_ns=np.asarray(found["ended_ns"], np.int64),
        latency_ns=np.asarray(found["latency_ns"], np.int64),
        available=np.asarray(found["available"], bool),
        answered=np.asarray(found["answered"], bool),
        tier=np.asarray(found["tier"], np.int16),
        operation=np.asarray(found["operation"], np.int16),
        phase=np.asarray(found["phase"], np.int16),
        stratum=np.asarray(found["stratum"], np.int64),
        tiers=tiers,
        operations=operations,
        phases=phases,
        faults=_faults(evidence),
        clocks=clocks,
    )


def _faults(evidence: Evidence) -> dict[str, tuple[Window, ...]]:
    found: dict[str, tuple[Window, ...]] = {}
    for fault in evidence.faults:
        if fault.verified_ns is not None and fault.healing_ns is not None:
            cause = cause_of(fault)
            found[cause] = (*found.get(cause, ()), Window(fault.verified_ns, fault.healing_ns))
    return found
