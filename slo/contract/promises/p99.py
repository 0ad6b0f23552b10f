"""How late answers may be."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.contract.promises.ratio import judge_ratio
from slo.verdicts import Question

_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class P99:
    """The 99th percentile of latency, from the intended instant, whatever the answer: at least 99% of
    requests end within it.
    """

    most_ms: float
    kind: str = "p99_ms"

    @property
    def limit_ns(self) -> int:
        """In nanoseconds."""
        return round(self.most_ms * 1_000_000)

    @property
    def told(self) -> str:
        """In words."""
        return f"has a p99 of at most {self.most_ms:g} ms"

    def judge(self, observed: Observed, question: Question) -> Judged:
        """As a share: a percentile is within a limit when so large a share of requests is."""
        p99 = "" if observed.latency_p99_ms is None else f"p99 {observed.latency_p99_ms:,.1f} ms, "
        told = f"{p99}{observed.timed - observed.within:,} later of {observed.timed:,}"
        rate, spread = observed.rate_per_s, observed.late_spread
        return judge_ratio(observed.within, observed.timed, _SHARE, question, told, rate, spread)
