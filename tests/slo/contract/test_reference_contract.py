"""The reference service's contract promises what its own table of degradation says, no more and no less."""

from collections.abc import Iterator
from itertools import chain, combinations

import pytest

from reference_service.degradation import DegradationTable, load_table
from reference_service.degradation.promise import Promise, promise
from reference_service.ports.dependency import Dependency
from reference_service.settings.deadlines import DeadlinesSettings
from slo.contract.contract import Article, Clause, read_contract
from slo.contract.promises.durability import Durabilities
from slo.contract.promises.outcomes import Outcomes
from slo.contract.promises.p99 import P99
from slo.contract.promises.served_from import Sources
from slo.contract.promises.statuses import Statuses
from slo.contracts import REFERENCE_CONTRACT

CONTRACT = read_contract(REFERENCE_CONTRACT)
OPERATIONS = ("search", "get", "index", "delete", "bulk", "job")
CLAUSES = [
    pytest.param(article, clause, id=f"{article.name}-{clause.operation}")
    for article in CONTRACT.articles
    for clause in article.clauses
]


@pytest.fixture(scope="module")
def table() -> DegradationTable:
    return load_table()


def away(article: Article) -> frozenset[Dependency]:
    return frozenset(Dependency(target) for part in article.situation.parts for target in part.targets)


def possible(table: DegradationTable, article: Article, operation: str) -> Iterator[Promise]:
    """Every answer that the table knows, whatever is held."""
    held = sorted({source.holds for source in table.operations[operation].sources if source.holds})
    for holds in chain.from_iterable(combinations(held, n) for n in range(len(held) + 1)):
        yield promise(table, operation, away(article), set(holds))


def test_every_row_of_the_analysis_and_every_pair_is_a_situation_with_every_operation() -> None:
    assert [article.name for article in CONTRACT.articles] == [
        "redis-away",
        "redis-cache-away",
        "redis-state-away",
        "postgres-away",
        "elasticsearch-away",
        "elasticsearch-and-postgres-away",
        "elasticsearch-and-redis-away",
        "postgres-and-redis-away",
        "partition",
    ]
    for article in CONTRACT.articles:
        assert {clause.operation for clause in article.clauses} == set(OPERATIONS)


@pytest.mark.parametrize(("article", "clause"), CLAUSES)
def test_answers_come_from_where_the_table_takes_them(
    table: DegradationTable, article: Article, clause: Clause
) -> None:
    told = {one.served_from for one in possible(table, article, clause.operation)} - {None}
    allowed = clause.promise(Sources)
    assert told == (set() if allowed is None else set(allowed.allowed))


@pytest.mark.parametrize(("article", "clause"), CLAUSES)
def test_writes_are_as_durable_as_the_table_says(
    table: DegradationTable, article: Article, clause: Clause
) -> None:
    told = {one.durability for one in possible(table, article, clause.operation)} - {None}
    allowed = clause.promise(Durabilities)
    assert told == (set() if allowed is None else set(allowed.allowed))


@pytest.mark.parametrize(("article", "clause"), CLAUSES)
def test_an_operation_is_refused_only_where_the_table_has_nothing_left(
    table: DegradationTable, article: Article, clause: Clause
) -> None:
    # A get without PostgreSQL cannot say that there is no such document: docs/degradation.md tells of it.
    unknown = clause.operation == "get" and Dependency.POSTGRES in away(article)
    refused = unknown or any(one.source is None for one in possible(table, article, clause.operation))
    statuses, outcomes = clause.promise(Statuses), clause.promise(Outcomes)
    assert statuses is not None
    assert outcomes is not None
    assert (503 in statuses.allowed) == refused
    assert ("failed" in outcomes.allowed) == refused


@pytest.mark.parametrize(("article", "clause"), CLAUSES)
def test_no_answer_may_be_later_than_the_operation_s_deadline(article: Article, clause: Clause) -> None:
    deadline_s = DeadlinesSettings.model_fields[f"{clause.operation}_deadline_s"].default
    p99 = clause.promise(P99)
    assert p99 is not None
    assert p99.most_ms == deadline_s * 1000
