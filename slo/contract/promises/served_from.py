"""Where answers may come from."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.contract.promises.only import judge_only
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class Sources:
    """No answer says that it comes from elsewhere."""

    allowed: tuple[str, ...]
    kind: str = "served_from"

    @property
    def told(self) -> str:
        """In words."""
        return f"is served only from {', '.join(self.allowed)}"

    def judge(self, observed: Observed, question: Question) -> Judged:  # noqa: ARG002 -- no statistics in it
        """One answer from elsewhere violates it."""
        return judge_only(self.allowed, observed.served_from, "needs an answer that says where it comes from")
