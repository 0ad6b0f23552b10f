"""How requests may end."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.contract.promises.only import judge_only
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class Outcomes:
    """No request has another outcome."""

    allowed: tuple[str, ...]
    kind: str = "outcomes"

    @property
    def told(self) -> str:
        """In words."""
        return f"ends only {', '.join(self.allowed)}"

    def judge(self, observed: Observed, question: Question) -> Judged:  # noqa: ARG002 -- no statistics in it
        """One request of another outcome violates it."""
        return judge_only(self.allowed, observed.outcomes, "needs a request while the fault counts")
