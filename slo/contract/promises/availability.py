"""Which share of requests is at least answered well."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.contract.promises.ratio import judge_ratio
from slo.verdicts import Question
from slo.wording import percent, target_percent


@dataclass(frozen=True, slots=True)
class Availability:
    """At least this share is good: ok, or degraded in a way that the contract allows and not empty."""

    least: float
    kind: str = "availability"

    @property
    def told(self) -> str:
        """In words."""
        return f"is available for at least {target_percent(self.least)}"

    def judge(self, observed: Observed, question: Question) -> Judged:
        """By the bounds that objectives are judged by; by the ratio where the window is asked about."""
        good, total = observed.good, observed.requests
        ratio = percent(good / total, beside=self.least) if total else ""
        told = f"{ratio}, {total - good:,} bad of {total:,}"
        return judge_ratio(good, total, self.least, question, told, observed.rate_per_s, observed.bad_spread)
