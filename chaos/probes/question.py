"""What is asked on a connection: different faults show in different conversations."""

from dataclasses import dataclass

LONGEST_BYTES = 1_000_000
"""Of a long question: more would load what it asks."""


@dataclass(frozen=True, slots=True)
class Question:
    """The dialect's usual question, unless it says otherwise."""

    long_bytes: int = 0
    """Where it is above 0: about as long, with an answer as long, where the dialect has such a question."""
    farewell: bool = False
    """The client is done: how soon does the other side close?"""


USUAL = Question()
FAREWELL = Question(farewell=True)


def long_question(wanted_bytes: float) -> Question:
    """A question about that long, within what may be asked."""
    return Question(long_bytes=max(1, min(LONGEST_BYTES, int(wanted_bytes))))
