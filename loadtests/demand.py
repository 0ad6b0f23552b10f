"""How many requests of an operation an arrival brings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loadtests.sessions.session import Session

if TYPE_CHECKING:
    from loadtests.scenario import OperationShare


def requests_per_arrival(
    shares: "Sequence[OperationShare]", operation: str, sessions: Sequence[Session]
) -> float:
    """On average over the shares of a persona; steps of a session count as often as they may be repeated."""
    total = sum(share.weight for share in shares)
    return sum(share.weight * _requests(share.name, operation, sessions) for share in shares) / total


def _requests(name: str, operation: str, sessions: Sequence[Session]) -> int:
    if name == operation:
        return 1
    session = next((one for one in sessions if one.name == name), None)
    steps = () if session is None else session.steps
    return sum(step.at_most for step in steps if step.operation == operation)
