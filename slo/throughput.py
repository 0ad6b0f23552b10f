"""How much was answered in a phase, and how much was under way on average."""

from dataclasses import dataclass

from evidence.run_folder import RunFolder
from slo.evidence_view import open_evidence
from slo.sql import query

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Throughput:
    """Of the requests intended in one phase."""

    offered_per_s: float
    good_per_s: float
    """Answered well: what counts as available."""
    in_flight: float
    """Requests under way on average: the good ones' rate times their mean service time (Little 1961)."""


def throughput(folder: RunFolder, phase: str) -> Throughput | None:
    """None where the phase, or every request of it, is missing. Raises InvalidFile."""
    with open_evidence(folder) as evidence:
        windows = [window for window in evidence.phases if window.name == phase and window.end_ns is not None]
        if not windows:
            return None
        seconds = sum((window.end_ns or 0) - window.start_ns for window in windows) / _NS_PER_S
        offered, good, service_ns = evidence.rows(query("throughput"), {"phase": phase})[0]
    if not offered:
        return None
    good_per_s = int(good) / seconds
    mean_s = float(service_ns or 0) / _NS_PER_S
    return Throughput(int(offered) / seconds, good_per_s, good_per_s * mean_s)
