"""The table of degradation: what it promises by hand, that it fits the code, and that the page is its."""

from pathlib import Path

import pytest

from reference_service.degradation import DegradationTable, TableError, load_table
from reference_service.degradation.page import page
from reference_service.degradation.promise import promise
from reference_service.degradation.table import OperationEntry, SourceEntry
from reference_service.ports.dependency import Dependency

ES, PG, CACHE, STATE = (
    Dependency.ELASTICSEARCH,
    Dependency.POSTGRES,
    Dependency.REDIS_CACHE,
    Dependency.REDIS_STATE,
)
TABLE = load_table()


@pytest.mark.parametrize(
    ("operation", "down", "holds", "source", "missed"),
    [
        # The analysis, section 2.4, line by line.
        ("search", {CACHE}, "", "live", (CACHE,)),  # Redis down: caching disabled
        ("limit", {STATE}, "", "address", (STATE,)),  # Redis down: limits by address
        ("search", {PG}, "", "live", ()),  # PostgreSQL down: search continues
        ("index", {PG}, "", "journal", (PG,)),  # PostgreSQL down: audit events, and writes, queued
        ("search", {ES}, "fresh", "cache", ()),  # Elasticsearch degraded: serve from cache
        ("search", {ES}, "stale", "stale", (ES,)),
        ("index", {ES}, "", "postgres", ()),  # Elasticsearch degraded: new writes queued
        ("search", {ES, PG, STATE}, "stale", "stale", (ES,)),  # partition: cached responses
        # And section 2.1: nothing kept gives no hits, and says so.
        ("search", {ES}, "", "empty", (ES,)),
        ("search", {ES, CACHE}, "fresh", "empty", (CACHE, ES)),
        ("get", {ES}, "accepted", "outbox", (ES,)),
        ("get", {PG}, "", "live", (PG,)),  # what the outbox would say may be newer
        ("get", {PG}, "fresh", "cache", ()),
        ("get", {ES, PG}, "journaled", "journal", (ES, PG)),
        ("get", {ES, CACHE, PG}, "fresh", None, (CACHE, ES, PG)),
        ("identity", {PG}, "fresh", "known", ()),
        ("identity", {PG}, "stale", "remembered", (PG,)),
        ("identity", {PG}, "", None, (PG,)),
        ("job", {PG}, "", None, (PG,)),
        ("token", {PG}, "", None, (PG,)),
        ("refresh", {PG}, "", None, (PG,)),
        ("revoke", {PG}, "", None, (PG,)),
        ("refresh", {ES, CACHE, STATE}, "", "postgres", ()),
        ("revoke", {ES, CACHE, STATE}, "", "postgres", ()),
        ("health", set(Dependency), "", "process", ()),
    ],
)
def test_what_is_promised(
    operation: str, down: set[Dependency], holds: str, source: str | None, missed: tuple[Dependency, ...]
) -> None:
    told = promise(TABLE, operation, down, {holds} if holds else set())
    assert (told.source, told.missed) == (source, missed)


def test_the_order_of_the_table_is_the_order_of_the_steps() -> None:
    entry = OperationEntry("does", (SourceEntry("b"), SourceEntry("a")))
    assert DegradationTable({"x": entry}).chain("x", {"a": 1, "b": 2}) == (2, 1)


@pytest.mark.parametrize("steps", [{"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "c": 2}])
def test_a_table_that_does_not_fit_the_code_is_refused(steps: dict[str, int]) -> None:
    table = DegradationTable({"x": OperationEntry("does", (SourceEntry("a"), SourceEntry("b")))})
    with pytest.raises(TableError, match=r"x.sources: a, b. Each of"):
        table.chain("x", steps)
    with pytest.raises(TableError, match="y: missing"):
        table.chain("y", steps)


def test_what_brings_no_key_goes_past_identity_and_limit() -> None:
    """So it never misses the state Redis."""
    steps = {step for entry in TABLE.operations.values() for step in entry.before}
    assert steps == {"identity", "limit"}
    past = {name for name, entry in TABLE.operations.items() if not entry.before}
    assert past - steps == {"refresh", "revoke", "health"}


def test_a_step_without_an_entry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = {"x": {"does": "y", "before": ["nobody"], "sources": [{"name": "z"}]}}
    monkeypatch.setattr("reference_service.degradation.table.yaml.safe_load", lambda _: raw)
    with pytest.raises(TableError, match=r"x\.before: nobody: it has no entry"):
        load_table()


def test_the_page_in_the_docs_is_the_table_s() -> None:
    """Made anew by: python -m reference_service degradation > docs/degradation.md"""
    written = Path(__file__).parents[2] / "docs" / "degradation.md"
    assert written.read_text() == page(TABLE)
