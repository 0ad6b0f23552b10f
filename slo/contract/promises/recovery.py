"""How soon an operation is itself again."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed, Recovered
from slo.interval import exact_interval
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class RecoveryTime:
    """So long after the end of the fault at least `share` of requests ends ok again, and it stays so."""

    within_s: float
    share: float
    kind: str = "recovery_s"

    @property
    def told(self) -> str:
        """In words."""
        return f"is itself again within {self.within_s:g} s"

    def judge(self, observed: Observed, question: Question) -> Judged:  # noqa: ARG002 -- no window to ask of
        """After each occurrence of the fault; the slowest decides. Staying is seen only as long as it may
        take to come back, or longer.
        """
        if not observed.recoveries:
            needs = "needs load after the fault, with nothing else broken"
            return Judged.not_exercised("nothing", 0, needs)
        requests = sum(one.requests for one in observed.recoveries)
        slowest = max(observed.recoveries, key=_slowness)
        told = _told(slowest)
        if any(self._late(one) for one in observed.recoveries):
            return Judged.violated(told, requests)
        shortest_s = min(one.observed_s for one in observed.recoveries)
        if shortest_s < self.within_s:
            needs = f"needs {self.within_s - shortest_s:,.1f} s more of load after the fault"
            return Judged.not_exercised(f"{told}, seen for {shortest_s:,.1f} s", requests, needs)
        if not all(self._proved(one) for one in observed.recoveries):
            needs = f"needs more requests after the fault to say that {self.share:.0%} end ok"
            return Judged.not_exercised(told, requests, needs)
        return Judged.proved(told, requests)

    def _late(self, one: Recovered) -> bool:
        seen_s = one.observed_s if one.recover_s is None else one.recover_s
        return seen_s > self.within_s

    def _proved(self, one: Recovered) -> bool:
        return one.requests > 0 and exact_interval(one.full, one.requests).low >= self.share


def _slowness(one: Recovered) -> float:
    return one.observed_s if one.recover_s is None else one.recover_s


def _told(one: Recovered) -> str:
    if one.recover_s is None:
        return f"not within the {one.observed_s:,.1f} s that were seen"
    return "at once" if one.recover_s == 0 else f"after {one.recover_s:,.1f} s"
