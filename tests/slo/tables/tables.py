"""Tables that this project never saw, made for tests."""

from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.verdict_record import VerdictRecord
from slo.evaluate import Demands
from slo.promise import Indicator, Objective
from slo.tables.judge import judge_table
from slo.tables.mapping import TableMapping

NOW_NS = 1_800_000_000_000_000_000
"""2027-01-15T08:00:00Z"""
HEADER = "timestamp,status,duration_ms,route,plan"
BY_NAME = TableMapping()
AVAILABLE = Objective("available", "web", Indicator.AVAILABILITY, 0.95)
FAST = Objective("fast", "web", Indicator.LATENCY, 0.95, threshold_ms=100)
ALL = Demands(frozenset({"available"}))


def lines(
    count: int = 100, *, bad: frozenset[int] = frozenset(), time: str = "2026-05-01T12:{:02d}:{:02d}Z"
) -> list[str]:
    """A request a second, 20 ms each, but those at `bad`, which failed."""
    return [
        f"{time.format(n // 60 % 60, n % 60)},{503 if n in bad else 200},20,/search,gold"
        for n in range(count)
    ]


def written(tmp_path: Path, rows: list[str], header: str = HEADER, name: str = "access.csv") -> Path:
    """A CSV file of these."""
    file = tmp_path / name
    file.write_text("\n".join([header, *rows]) + "\n")
    return file


def judged(
    source: Path | str,
    mapping: TableMapping = BY_NAME,
    objectives: tuple[Objective, ...] = (AVAILABLE,),
    demands: Demands = ALL,
) -> VerdictRecord:
    """What the table says."""
    return judge_table((str(source),), mapping, objectives, demands, NOW_NS)


def refused(source: Path | str, mapping: TableMapping = BY_NAME, objective: Objective = AVAILABLE) -> str:
    """Why the table is refused."""
    with pytest.raises(InvalidFile) as caught:
        judged(source, mapping, (objective,), Demands(frozenset({objective.name})))
    return str(caught.value)
