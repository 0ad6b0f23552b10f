"""How safe acknowledged writes may be."""

from dataclasses import dataclass

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.contract.promises.only import judge_only
from slo.verdicts import Question


@dataclass(frozen=True, slots=True)
class Durabilities:
    """No acknowledged document is kept in another way."""

    allowed: tuple[str, ...]
    kind: str = "durability"

    @property
    def told(self) -> str:
        """In words."""
        return f"is acknowledged only when {' or '.join(self.allowed)}"

    def judge(self, observed: Observed, question: Question) -> Judged:  # noqa: ARG002 -- no statistics in it
        """One acknowledged document that is kept in another way, or that nobody says of, violates it."""
        return judge_only(self.allowed, observed.durability, "needs an acknowledged write")
