"""How many requests of an operation an arrival brings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loadtests.sessions.session import Session

if TYPE_CHECKING:
    from loadtests.persona import OperationShare


def requests_per_arrival(
    shares: "Sequence[OperationShare]", operation: str | None, sessions: Sequence[Session]
) -> float:
    """On average over the shares of a persona; steps of a session count as often as they may be repeated.

    `operation`: only those of this one; None: all.
    """
    total = sum(share.weight for share in shares)
    return sum(share.weight * _requests(share.name, operation, sessions) for share in shares) / total


def _requests(name: str, operation: str | None, sessions: Sequence[Session]) -> int:
    session = next((one for one in sessions if one.name == name), None)
    if session is None:
        return int(operation in {None, name})
    return sum(step.at_most for step in session.steps if operation in {None, step.operation})
