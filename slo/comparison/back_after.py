"""How long after a fault users of one run were back."""

from dataclasses import dataclass
from math import inf

from evidence.verdict_record import FaultRecovery, RecoveryState
from slo.comparison.bounded import Range

PLACED_WITHIN_S = 1.0
"""Beside the length of the buckets, so far from the truth 99% of change points lie at most:
`benchmarks/change_points.py`."""


@dataclass(frozen=True, slots=True)
class BackAfter:
    """Seconds from the end of a fault; of users that were not back, as long as was seen, at least."""

    seconds: float
    placed_within_s: float
    seen_back: bool

    @property
    def estimate(self) -> float:
        """The seconds."""
        return self.seconds

    def bounds(self, alpha: float) -> Range:  # noqa: ARG002 -- where a change point lies is no matter of level
        """A change point is placed, not counted: the same bounds at every level."""
        low = max(0.0, self.seconds - self.placed_within_s)
        return Range(low, self.seconds + self.placed_within_s if self.seen_back else inf)


def back_after(recovery: FaultRecovery) -> BackAfter:
    """What was seen; at once where users never felt the fault."""
    within_s = recovery.resolution_s + PLACED_WITHIN_S
    if recovery.state is RecoveryState.NOT_BACK:
        return BackAfter(recovery.observed_s, within_s, seen_back=False)
    return BackAfter(recovery.recover_s or 0.0, within_s, seen_back=True)
