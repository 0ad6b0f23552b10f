"""What all promises have in common."""

from typing import Protocol

from slo.contract.judged import Judged
from slo.contract.observed import Observed
from slo.verdicts import Question


class Promise(Protocol):
    """One checkable statement about one operation in one situation."""

    @property
    def kind(self) -> str:
        """The field of the contract file that it is written in."""
        ...

    @property
    def told(self) -> str:
        """In words."""
        ...

    def judge(self, observed: Observed, question: Question) -> Judged:
        """What the numbers say of it."""
        ...
