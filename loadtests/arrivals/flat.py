"""The same rate all the time."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from loadtests.arrivals.curve import NS_PER_S, Floats, Instants

_NEVER_NS = 2**62
"""146 years."""
_LONGEST_GAP_NS = 2.0**52
"""52 days, longer than any load: a thousand of them still add up within 64 bits."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A rate above 0."""

    rate_per_s: Fraction | float

    def expected(self, at_s: Floats) -> Floats:
        """Rate times time."""
        return at_s * float(self.rate_per_s)

    def instants_s(self, counts: Floats) -> Floats:
        """Count over rate."""
        return counts / float(self.rate_per_s)

    def most_expected(self, window_s: float, until_s: float) -> float:  # noqa: ARG002 -- every window is the busiest
        """Rate times window."""
        return float(self.rate_per_s) * window_s

    def equal_gaps_ns(self, first: int, count: int) -> Instants:
        """The instants of arrivals `first` to `first + count - 1`, rounded down.

        Exact: a float gap would drift by a request in a long run.
        """
        gap_ns = NS_PER_S / Fraction(str(self.rate_per_s))
        over, under = gap_ns.numerator, gap_ns.denominator
        instants_ns = (number * over // under for number in range(first, first + count))
        return np.array([min(instant_ns, _NEVER_NS) for instant_ns in instants_ns], dtype=np.int64)

    def gaps_ns(self, unit_gaps: Floats) -> Instants:
        """Gaps of a process at rate 1, stretched to this rate: whole nanoseconds add up without error."""
        gaps = unit_gaps * (NS_PER_S / float(self.rate_per_s))
        return np.rint(np.minimum(gaps, _LONGEST_GAP_NS)).astype(np.int64)
