"""How old kept answers may be."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class Staleness:
    """No answer from cache or stale is older."""

    most_s: float
    kind: str = "staleness_s"

    @property
    def told(self) -> str:
        """In words."""
        return f"keeps answers for at most {self.most_s:g} s"

    def judge(self, observed: Observed, question: Question) -> Judged:  # noqa: ARG002 -- no statistics in it
        """One older answer violates it; where some do not say how old they are, it cannot be proved."""
        if observed.oldest_s is None:
            told = f"{observed.kept:,} kept answers do not say" if observed.kept else "no kept answer"
            return Judged.not_exercised(told, 0, "needs a kept answer that says how old it is")
        told = f"the oldest of {observed.aged:,} was {observed.oldest_s:,.1f} s old"
        if observed.oldest_s > self.most_s:
            return Judged.violated(told, observed.aged)
        unsaid = observed.kept - observed.aged
        if unsaid:
            needs = "needs every kept answer to say how old it is"
            return Judged.not_exercised(f"{told}, {unsaid:,} do not say", observed.aged, needs)
        return Judged.proved(told, observed.aged)
