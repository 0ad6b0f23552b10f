"""The matrix asks every operation of the service, often enough."""

import re
from collections import Counter

import orjson
import pytest

from reference_service.http.openapi import openapi_json
from tests.reference_service.degradation.cell import DEADLINE_S, TABLE
from tests.reference_service.degradation.question import Question
from tests.reference_service.degradation.questions import WAITING, every_question
from tests.reference_service.degradation.test_matrix import EACH
from tests.reference_service.degradation.things import Things
from tests.reference_service.service_process import Tenant

LEAST = 30  # requests a cell of fault, dependency and operation


@pytest.fixture
def questions() -> list[Question]:
    user, admin = (Tenant("t", "free", key, 0) for key in ("user", "admin"))
    many = [str(n) for n in range(2 * LEAST)]
    pairs = [(f"job-{n}", f"d-{n}") for n in range(WAITING)]
    things = Things(many, ("job-x", "x"), many, pairs, pairs, many, range(LEAST))
    return every_question(0, EACH, user, admin, things)


def test_every_operation_of_the_interface_is_asked(questions: list[Question]) -> None:
    paths = orjson.loads(openapi_json())["paths"]
    operations = [
        (method.upper(), path)
        for path, item in paths.items()
        for method, operation in item.items()
        if "operationId" in operation
    ]
    asked = [(method, path) for method, path in operations if any(_is(q, method, path) for q in questions)]
    assert asked == operations


def test_every_operation_of_the_table_is_asked_often_enough(questions: list[Question]) -> None:
    counts = Counter(q.operation for q in questions)
    steps = {step for entry in TABLE.operations.values() for step in entry.before}
    assert set(counts) == set(DEADLINE_S) == set(TABLE.operations) - steps
    assert {operation: n for operation, n in counts.items() if n < LEAST} == {}


def test_every_kind_of_what_the_table_s_sources_hold_is_asked_for(questions: list[Question]) -> None:
    held = {
        (operation, source.holds)
        for operation in DEADLINE_S
        for source in TABLE.operations[operation].sources
        if source.holds
    }
    assert {(q.operation, kind) for q in questions for kind in q.holds} == held


def _is(question: Question, method: str, path: str) -> bool:
    pattern = re.sub(r"\{\w+\}", "[^/]+", path)
    return question.method == method and bool(re.fullmatch(pattern, question.path.partition("?")[0]))
