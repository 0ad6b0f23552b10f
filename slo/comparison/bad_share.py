"""The share of bad requests of one run."""

from dataclasses import dataclass

from slo.comparison.bounded import Range
from slo.inference.block_counts import BlockCounts
from slo.inference.dispersion import Dispersion
from slo.inference.ratio import infer, spread_of


@dataclass(frozen=True, slots=True)
class BadShare:
    """`bad` of `total` requests, bounded as verdicts bound it (`slo.inference.ratio`)."""

    bad: int
    total: int
    spread: Dispersion | None
    """None where requests fail independently of each other, as far as can be told."""

    @property
    def estimate(self) -> float:
        """The share."""
        return self.bad / self.total

    def bounds(self, alpha: float) -> Range:
        """Of the share."""
        good = infer(self.total - self.bad, self.total, self.spread, alpha)
        return Range(1 - good.high, 1 - good.low)


def bad_share(counts: BlockCounts) -> BadShare | None:
    """None without requests."""
    total = int(counts.total.sum())
    return BadShare(int(counts.bad.sum()), total, spread_of(counts)) if total else None
