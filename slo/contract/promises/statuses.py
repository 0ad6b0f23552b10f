"""Which HTTP statuses an operation may answer with."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.contract.promises.only import judge_only
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class Statuses:
    """No answer has another status. What was not answered has none: outcomes and availability tell of it."""

    allowed: tuple[int, ...]
    kind: str = "statuses"

    @property
    def told(self) -> str:
        """In words."""
        return f"answers only with {', '.join(map(str, self.allowed))}"

    def judge(self, observed: Observed, question: Question) -> Judged:  # noqa: ARG002 -- no statistics in it
        """One answer of another status violates it."""
        return judge_only(self.allowed, observed.statuses, "needs an answer while the fault counts")
