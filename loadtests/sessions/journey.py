"""One client's way through a session: after each answer, what follows."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.request_record import Outcome
from loadtests.classification import Classification
from loadtests.http_messages import HttpAnswer
from loadtests.operations.memory import SessionMemory
from loadtests.operations.operation import Attempt, Operation
from loadtests.sessions.think_time import ThinkTime

_GOOD = frozenset({Outcome.OK, Outcome.DEGRADED})
_TELLS_NOTHING = frozenset({Outcome.FAILED, Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.REJECTED})
"""Of what is looked for: who looks for it asks again."""


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A step, ready to be asked."""

    operation: Operation
    think: ThinkTime | None
    at_most: int


@dataclass(frozen=True, slots=True)
class Following:
    """What follows an answer: a request after a think time, or the end of the session."""

    think_s: float | None
    """None: the session ends here."""
    note: str | None = None
    """Why, when it ends before its last step."""


class Journey:
    """Where a session stands. It does not know how time passes nor who sends."""

    def __init__(self, steps: Sequence[JourneyStep], source: random.Random) -> None:
        self._steps = steps
        self._random = source
        self._position = 0
        self._asked = 0
        """How often the present step has been asked."""
        self.memory = SessionMemory()

    @property
    def operation(self) -> Operation:
        """Of the request that is next, or on its way."""
        return self._steps[self._position].operation

    @property
    def will_look(self) -> bool:
        """A step that is still to come searches for what the session writes."""
        return any(step.operation.session.looks for step in self._steps[self._position + 1 :])

    def follow(self, attempt: Attempt, answer: HttpAnswer, classification: Classification) -> Following:
        """Take what the answer tells, and decide. Called once for each request."""
        step = self._steps[self._position]
        self._asked += 1
        if classification.outcome not in _GOOD:
            if (
                step.operation.session.looks
                and classification.outcome in _TELLS_NOTHING
                and self._is_repeated
            ):
                return self._next()
            return Following(None, self._ending("this did not go well"))
        refused = answer.status not in attempt.expectation.statuses
        if refused and step.operation.session.gives:
            return Following(None, self._ending("what follows needs more than a refusal"))
        came = None if refused or attempt.learn is None else attempt.learn(answer)
        repeats = came is not True and not refused and self._is_repeated
        if came is False and not repeats:
            waited = f"what it waits for has not come, request {self._asked} of {step.at_most}"
            return Following(None, self._ending(waited) or waited)
        if not repeats:
            self._position += 1
            self._asked = 0
        if self._position == len(self._steps):
            return Following(None)
        return self._next()

    @property
    def _is_repeated(self) -> bool:
        return self._asked < self._steps[self._position].at_most

    def _next(self) -> Following:
        think = self._steps[self._position].think
        return Following(0.0 if think is None else think.draw_s(self._random))

    def _ending(self, why: str) -> str | None:
        """Nothing is left out of a session that ends at its last step."""
        left = len(self._steps) - self._position - 1
        steps = "1 step" if left == 1 else f"{left} steps"
        return f"the session ends with {steps} to go: {why}" if left else None
