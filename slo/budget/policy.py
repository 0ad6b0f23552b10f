"""What a team does as its error budget is spent: said in an objective's annotations, told in verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

PREFIX = "stormproof/budget-spent-"
"""`stormproof/budget-spent-75: "no release without a second pair of eyes"`: from 75% spent on."""
_MOST_PERCENT = 1000


class InvalidPolicy(ValueError):  # noqa: N818 -- as InvalidFile
    """An annotation names no share of a budget."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{key}: must end in a percentage over 0, as {PREFIX}75")


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """From which share of the budget spent on, and what happens then."""

    spent: float
    """0.75 for 75%."""
    action: str


def read_policy(annotations: Mapping[str, str]) -> tuple[PolicyStep, ...]:
    """The policy in an objective's annotations, by rising share. Raises InvalidPolicy."""
    steps = [PolicyStep(_share(key), action) for key, action in annotations.items() if key.startswith(PREFIX)]
    return tuple(sorted(steps, key=lambda step: step.spent))


def policy_due(policy: tuple[PolicyStep, ...], spent: float | None) -> PolicyStep | None:
    """The step that applies at this share spent; None before the first, or where nobody knows the share."""
    due = [step for step in policy if spent is not None and spent >= step.spent]
    return due[-1] if due else None


def _share(key: str) -> float:
    try:
        percent = Decimal(key.removeprefix(PREFIX))
    except InvalidOperation as error:
        raise InvalidPolicy(key) from error
    if not percent.is_finite() or not 0 < percent <= _MOST_PERCENT:
        raise InvalidPolicy(key)
    return float(percent / 100)
