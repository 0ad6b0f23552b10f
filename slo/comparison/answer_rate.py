"""Throughput of one run: answers a second."""

from dataclasses import dataclass
from math import log

from slo.comparison.bad_share import BadShare, bad_share
from slo.comparison.bounded import Range
from slo.inference.block_counts import BlockCounts


@dataclass(frozen=True, slots=True)
class AnswerRate:
    """Answers a second; compared by the logarithm of the share of what was offered that was answered.

    How much was offered is the schedule's choice, the same in every run, and no matter of the service.
    """

    offered_per_s: float
    unanswered: BadShare

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.offered_per_s * (1 - self.unanswered.estimate)

    @property
    def estimate(self) -> float:
        """The logarithm of the answered share; of no answer that of half a one."""
        return self._log_of(1 - self.unanswered.estimate)

    def bounds(self, alpha: float) -> Range:
        """Of the logarithm."""
        share = self.unanswered.bounds(alpha)
        return Range(self._log_of(1 - share.high), self._log_of(1 - share.low))

    def _log_of(self, answered: float) -> float:
        return log(max(answered, 0.5 / self.unanswered.total))


def answer_rate(unanswered: BlockCounts, span_s: float) -> AnswerRate | None:
    """Of a stretch of `span_s`; `unanswered` counts as bad what was not answered by its end. None where
    nothing was offered.
    """
    share = bad_share(unanswered)
    return None if share is None or span_s <= 0 else AnswerRate(share.total / span_s, share)
