"""From a session as written to steps that can be asked, or to what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from evidence.documents import InvalidContent
from evidence.errors import Problem
from loadtests.answers.answer_rules import compile_rules
from loadtests.operations.catalogue import OWN_OPERATIONS, own_operation
from loadtests.operations.operation import Operation
from loadtests.operations.written import WrittenOperation
from loadtests.sessions.journey import JourneyStep
from loadtests.sessions.session import Session, SessionStep
from loadtests.sessions.think_time import ThinkTime

_MOST_STEPS = 1000
"""Of a session, repeats among them: the evidence counts steps in 16 bits, and a session must end."""
_REMEMBERED_BY = {"document": "index or bulk", "job": "index, bulk or delete", "token": "token"}


def compile_session(
    session: Session, written: Mapping[str, WrittenOperation], where: str
) -> tuple[tuple[JourneyStep, ...], tuple[Problem, ...]]:
    """Its steps, and what is wrong; a step that cannot be asked is left out."""
    steps: list[JourneyStep] = []
    problems = list(_problems_of_whole(session, where))
    there: set[str] = set()
    for position, step in enumerate(session.steps):
        place = f"{where}.steps[{position}]"
        problems += _problems_of_step(step, place, is_first=position == 0)
        operation, found = _operation_of(step, written, place)
        problems += found
        if operation is None:
            continue
        steps.append(JourneyStep(operation, step.think, step.at_most))
        for missing in sorted(operation.session.needs - there):
            allowed = f"needs a step before it that is one of: {_REMEMBERED_BY[missing]}"
            problems.append(Problem(f"{place}.operation", step.operation, allowed))
        there |= operation.session.gives
    return tuple(steps), tuple(problems)


def _operation_of(
    step: SessionStep, written: Mapping[str, WrittenOperation], where: str
) -> tuple[Operation | None, tuple[Problem, ...]]:
    if step.operation in OWN_OPERATIONS:
        until = _only_of(f"{where}.until", step.until, "an operation that the scenario has written")
        try:
            return own_operation(step.operation, step.options, f"{where}.options"), tuple(until)
        except InvalidContent as error:
            return None, (*error.problems, *until)
    operation = written.get(step.operation)
    if operation is None:
        known = ", ".join((*OWN_OPERATIONS, *sorted(written)))
        problem = Problem(f"{where}.operation", step.operation, f"must be one of {known}")
        return None, (problem,)
    problems = list(_only_of(f"{where}.options", step.options or None, "an operation of the service's own"))
    if step.until is not None:
        until_rules, found = compile_rules(step.until, f"{where}.until")
        operation = replace(operation, until=until_rules, until_where=f"{where}.until")
        problems += found
    return operation, tuple(problems)


def _only_of(where: str, value: object, owner: str) -> Iterator[Problem]:
    if value is not None:
        yield Problem(where, "given", f"belongs to {owner}")


def _problems_of_whole(session: Session, where: str) -> Iterator[Problem]:
    if not session.steps:
        yield Problem(f"{where}.steps", "none", "must have at least one step")
    if session.most_requests > _MOST_STEPS:
        value = f"{session.most_requests} requests"
        yield Problem(f"{where}.steps", value, f"must be at most {_MOST_STEPS} with all repeats")


def _problems_of_step(step: SessionStep, where: str, *, is_first: bool) -> Iterator[Problem]:
    if step.at_most < 1:
        yield Problem(f"{where}.at_most", str(step.at_most), "must be 1 or more")
    if step.until is not None and step.at_most < 2:
        yield Problem(f"{where}.at_most", str(step.at_most), "must be 2 or more for a step with until")
    if step.think is not None:
        if is_first and step.at_most < 2:
            yield Problem(f"{where}.think", "given", "the first request is the arrival: it waits for nothing")
        yield from _problems_of_think(step.think, f"{where}.think")


def _problems_of_think(think: ThinkTime, where: str) -> Iterator[Problem]:
    if not 0 <= think.mean_s < 86_400:
        yield Problem(f"{where}.mean_s", repr(think.mean_s), "must be from 0 to below 86400")
    if not 0 < think.sigma <= 3:
        yield Problem(f"{where}.sigma", repr(think.sigma), "must be above 0 and at most 3")
