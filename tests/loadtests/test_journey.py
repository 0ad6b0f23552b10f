"""What follows an answer in a session."""

import random

import pytest

from evidence.request_record import Outcome
from loadtests.classification import Classification, Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.sessions.journey import Following, Journey, JourneyStep
from loadtests.sessions.think_time import ThinkTime


class Ask:
    """An operation that learns what it is told to learn."""

    def __init__(self, name: str, *learned: bool | None, gives: str = "", looks: bool = False) -> None:
        self.name = name
        self._learned = list(learned)
        self.session = SessionPart(gives=frozenset({gives} if gives else ()), looks=looks)

    def attempt(self, context: RequestContext) -> Attempt:  # noqa: ARG002 -- as all operations
        raise AssertionError("nothing is sent here")

    def asked(self) -> Attempt:
        expectation = Expectation(frozenset({200}), frozenset({404}))
        learn = (lambda _: self._learned.pop(0)) if self._learned else None
        return Attempt(HttpRequest("GET", "/"), expectation, learn=learn)


def journey(*steps: tuple[Ask, int, float]) -> Journey:
    made = [JourneyStep(ask, ThinkTime(think_s), at_most) for ask, at_most, think_s in steps]
    return Journey(made, random.Random(1))  # noqa: S311 -- load, not secrets


def answered(where: Journey, status: int = 200, outcome: Outcome = Outcome.OK) -> Following:
    ask = where.operation
    assert isinstance(ask, Ask)
    return where.follow(ask.asked(), HttpAnswer(status, {}, b""), Classification(outcome))


def test_steps_follow_each_other_after_their_think_times() -> None:
    where = journey((Ask("a"), 1, 9), (Ask("b"), 1, 0.5), (Ask("c"), 1, 2))
    assert where.operation.name == "a"
    assert answered(where) == Following(0.5)
    assert where.operation.name == "b"
    assert answered(where) == Following(2)
    assert answered(where) == Following(None)


def test_a_step_is_repeated_until_what_it_waits_for_has_come() -> None:
    where = journey((Ask("poll", False, False, True), 10, 0.2), (Ask("b"), 1, 0))
    assert [answered(where) for _ in range(2)] == [Following(0.2)] * 2
    assert answered(where) == Following(0)
    assert where.operation.name == "b"


def test_a_step_that_waits_in_vain_ends_the_session_and_says_so() -> None:
    where = journey((Ask("poll", False, False), 2, 0.2), (Ask("b"), 1, 0))
    answered(where)
    ended = answered(where)
    assert ended.think_s is None
    assert ended.note == (
        "the session ends with 1 step to go: what it waits for has not come, request 2 of 2"
    )
    last = answered(journey((Ask("poll", False), 1, 0)))
    assert last.note == "what it waits for has not come, request 1 of 1"


def test_a_step_that_waits_for_nothing_is_repeated_as_often_as_it_may_be() -> None:
    where = journey((Ask("page", None, None, None), 3, 0.1), (Ask("b"), 1, 0))
    assert [answered(where) for _ in range(3)] == [Following(0.1), Following(0.1), Following(0)]
    assert where.operation.name == "b"


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.REJECTED])
def test_who_looks_for_a_write_goes_on_after_an_answer_that_tells_nothing(outcome: Outcome) -> None:
    where = journey((Ask("index"), 1, 0), (Ask("search", looks=True), 3, 0.2), (Ask("c"), 1, 5))
    before = where.will_look
    assert answered(where) == Following(0.2)
    assert (before, where.will_look) == (True, False)
    assert [answered(where, 503, outcome) for _ in range(2)] == [Following(0.2)] * 2
    ended = answered(where, 503, outcome)
    assert (ended.think_s, ended.note) == (None, "the session ends with 1 step to go: this did not go well")


@pytest.mark.parametrize(
    "outcome", sorted(set(Outcome) - {Outcome.OK, Outcome.DEGRADED, Outcome.UNDELIVERED})
)
def test_a_step_that_does_not_go_well_ends_the_session_and_says_so(outcome: Outcome) -> None:
    where = journey((Ask("a"), 5, 0), (Ask("b"), 1, 0), (Ask("c"), 1, 0))
    ended = answered(where, outcome=outcome)
    assert ended == Following(None, "the session ends with 2 steps to go: this did not go well")
    assert answered(journey((Ask("last"), 1, 0)), outcome=outcome) == Following(None)


def test_a_degraded_answer_goes_on() -> None:
    where = journey((Ask("a"), 1, 0), (Ask("b"), 1, 3))
    assert answered(where, outcome=Outcome.DEGRADED) == Following(3)


def test_an_expected_refusal_goes_on_unless_later_steps_need_the_answer() -> None:
    assert answered(journey((Ask("a"), 4, 0), (Ask("b"), 1, 3)), status=404) == Following(3)
    ended = answered(journey((Ask("a", gives="order"), 1, 0), (Ask("b"), 1, 3)), status=404)
    assert ended == Following(
        None, "the session ends with 1 step to go: what follows needs more than a refusal"
    )
