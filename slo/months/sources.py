"""Counting the requests of a month in run folders and tables."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import duckdb
import numpy as np

from evidence.month_record import MonthSource, SourceKind
from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, ValidityCheck
from slo.cube import Asked, Cube, fill_cube
from slo.cube import Grid as CubeGrid
from slo.evidence_view import Evidence, open_evidence
from slo.inference.block_counts import Counts
from slo.living import open_so_far
from slo.months.blocks import CALM, ObjectiveBlocks, block_length_ns, joined
from slo.months.counted import Counted, CountedObjective
from slo.months.grid import Grid, Mask, missing
from slo.months.month import InvalidMonth
from slo.promise import Counted as CountedKind
from slo.promise import Objective
from slo.questions import Questions
from slo.sql import query
from slo.tables.judge import opened_table, table_validity
from slo.tables.mapping import TableMapping
from slo.tables.opening import files_of, reading_failed
from slo.validity.judge import check_so_far, check_validity

TABLE_SILENCE_MIN = 60
"""A table claims to hold every request: after so many minutes without one, some are taken for lost."""
LEAST_WATCH_SILENCE_MIN = 10
"""A watch asks all the time: without a probe for longer than this, and than ten times their mean distance, it
was off. Between two of its parts, while one is judged and the next generator starts, it is off for less.
"""
_PROBES_OF_SILENCE = 10


@dataclass(frozen=True, slots=True)
class Named:
    """The sources that were named for a month."""

    runs: tuple[Path, ...] = ()
    tables: tuple[str, ...] = ()
    """Each a path, a glob or an address: a source of its own."""
    mapping: TableMapping = field(default_factory=TableMapping)
    longest_silence_min: int | None = None
    """Without a request, for longer than this, evidence is missing. None: an hour where all of it is from
    tables; where there are parts of a watch, ten of its probes or ten minutes, whichever is longer; else a
    day, since runs only sample a month."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    source: MonthSource
    checks: tuple[ValidityCheck, ...]
    minutes: Counts
    """Of the month, in which a request counts; of a source that is used."""
    blocks: tuple[ObjectiveBlocks, ...]
    """Of each objective."""
    is_watch: bool = False
    """A part of a watch."""


def count_sources(
    named: Named,
    objectives: tuple[Objective, ...],
    grid: Grid,
    now_ns: int,
    pause: Callable[[float], None] = time.sleep,
) -> Counted:
    """Count what runs and tables hold of the month. `pause` lets seconds pass: for a watch that goes on.

    What is INVALID is left out, with its reason. Requests of what is named twice would count twice: raises
    InvalidFile for such a file, by whatever path or glob, as for what cannot be read, InvalidMonth for a run.
    """
    _refuse_twice([str(path.resolve()) for path in named.runs])
    files_of(named.tables)
    _refuse_other_than_requests(objectives)
    parts = [_run(path, objectives, grid, pause) for path in named.runs]
    parts += [_table(source, named.mapping, objectives, grid, now_ns) for source in named.tables]
    used = [part for part in parts if part.source.used]
    covered = np.zeros(len(grid.day), dtype=bool)
    for part in used:
        covered[part.minutes] = True
    lacking = missing(grid, covered, named.longest_silence_min or _silence_min(named, parts))
    return Counted(
        tuple(_joined(one, index, used, covered, lacking) for index, one in enumerate(objectives)),
        tuple(part.source for part in parts),
        tuple(check for part in parts for check in part.checks),
    )


def _joined(
    objective: Objective, index: int, used: Sequence[_Part], covered: Mask, lacking: Mask
) -> CountedObjective:
    block_ns = block_length_ns(float(covered.sum()) * 60, objective)
    return CountedObjective(objective, joined([part.blocks[index] for part in used], block_ns), lacking)


def _silence_min(named: Named, parts: Sequence[_Part]) -> int | None:
    if any(part.is_watch for part in parts):
        watched = [part for part in parts if part.is_watch and part.source.used]
        probes = sum(part.source.requests for part in watched)
        minutes = sum(int(part.minutes[-1] - part.minutes[0]) + 1 for part in watched)
        return max(LEAST_WATCH_SILENCE_MIN, ceil(_PROBES_OF_SILENCE * minutes / probes) if probes else 0)
    return None if named.runs else TABLE_SILENCE_MIN


def _refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InvalidMonth(f"{name} is named twice: its requests would count twice. Name it once.")


def _refuse_other_than_requests(objectives: Sequence[Objective]) -> None:
    for one in objectives:
        if one.indicator.counted is not CountedKind.REQUESTS:
            raise InvalidMonth(
                f"objective {one.name}: {one.indicator} is judged of a run, by stormproof slo: a month tells "
                "availability and latency. Leave it out."
            )


def _run(path: Path, objectives: tuple[Objective, ...], grid: Grid, pause: Callable[[float], None]) -> _Part:
    name, folder = path.name or str(path), RunFolder(path.absolute())
    with _opened(folder, pause) as (evidence, cut):
        part = _run_part(name, evidence, cut, objectives, grid)
        return replace(part, is_watch=folder.is_part_of_watch)


@contextmanager
def _opened(folder: RunFolder, pause: Callable[[float], None]) -> Iterator[tuple[Evidence, str | None]]:
    """The evidence, and why it is not that of a run to its end.

    A part of a watch has no end that it must reach: what of it is whole counts, while it goes on and after it
    was killed.
    """
    if folder.is_part_of_watch and folder.read_run().ended_ns is None:
        with open_so_far(folder, pause) as (evidence, until_ns):
            before = "nothing" if until_ns is None else f"what was asked before {_told_at(until_ns)}"
            yield evidence, f"it goes on, or was killed: counted is {before}"
    else:
        with open_evidence(folder) as evidence:
            yield evidence, None


def _told_at(at_ns: int) -> str:
    return f"{datetime.fromtimestamp(at_ns // 1_000_000_000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _run_part(
    name: str, evidence: Evidence, cut: str | None, objectives: tuple[Objective, ...], grid: Grid
) -> _Part:
    inside, minutes, outside = _minutes(evidence, grid)
    if not inside:
        return _outside(name, SourceKind.RUN, outside, grid)
    if cut is None:
        validity = check_validity(evidence, evidence.run.experiments)
    else:
        checks = check_so_far(evidence)
        validity = Validity(all(check.held for check in checks), checks)
    if not validity.valid:
        return _not_evidence(name, SourceKind.RUN, outside, validity)
    broken = frozenset(int(row[0]) for row in evidence.rows(query("strata_broken")))
    reasons = () if cut is None else (cut,)
    source = MonthSource(name, SourceKind.RUN, True, inside, outside, reasons)
    return _counted(evidence, source, minutes, broken, objectives, grid)


def _table(
    source: str, mapping: TableMapping, objectives: tuple[Objective, ...], grid: Grid, now_ns: int
) -> _Part:
    with opened_table((source,), mapping, objectives) as (evidence, where):
        try:
            inside, minutes, outside = _minutes(evidence, grid)
            if not inside:
                return _outside(source, SourceKind.TABLE, outside, grid)
            validity = table_validity(evidence, now_ns)
            if not validity.valid:
                return _not_evidence(source, SourceKind.TABLE, outside, validity)
            told = MonthSource(source, SourceKind.TABLE, True, inside, outside, ())
            return _counted(evidence, told, minutes, frozenset(), objectives, grid)
        except duckdb.Error as error:
            raise reading_failed(where, error) from error


def _outside(name: str, kind: SourceKind, outside: int, grid: Grid) -> _Part:
    reason = f"none of its requests that count is in {grid.month.title}"
    return _Part(MonthSource(name, kind, False, 0, outside, (reason,)), (), np.zeros(0, np.int64), ())


def _not_evidence(name: str, kind: SourceKind, outside: int, validity: Validity) -> _Part:
    broken = tuple(check for check in validity.checks if not check.held)
    source = MonthSource(name, kind, False, 0, outside, tuple(check.reason for check in broken), invalid=True)
    told = tuple(
        ValidityCheck(
            f"{name}: {one.name}", one.observed, one.limit, False, f"{name} is left out: {one.reason}"
        )
        for one in broken
    )
    return _Part(source, told, np.zeros(0, np.int64), ())


def _minutes(evidence: Questions, grid: Grid) -> tuple[int, Counts, int]:
    """Requests that count in the month, the minutes in which they are, and those outside the month."""
    span = grid.month.span
    rows = evidence.rows(query("requests_by_minute"), {"from_ns": span.start_ns, "to_ns": span.end_ns})
    minutes = np.array([int(minute) for minute, _ in rows if minute is not None], dtype=np.int64)
    inside = sum(int(count) for minute, count in rows if minute is not None)
    return inside, minutes, sum(int(count) for minute, count in rows if minute is None)


def _counted(
    evidence: Questions,
    source: MonthSource,
    minutes: Counts,
    broken: frozenset[int],
    objectives: tuple[Objective, ...],
    grid: Grid,
) -> _Part:
    asked = tuple(
        Asked(one, CubeGrid(0, block_length_ns(len(minutes) * 60.0, one)), grid.month.span)
        for one in objectives
    )
    cube = fill_cube(evidence, asked)
    return _Part(source, (), minutes, tuple(_blocks(cube, one, broken) for one in asked))


def _blocks(cube: Cube, asked: Asked, broken: frozenset[int]) -> ObjectiveBlocks:
    columns = cube.counted(asked)
    stratum, block, total, good, unknown = (
        np.asarray(columns[name], dtype=np.int64) for name in ("stratum", "block", "total", "good", "unknown")
    )
    # A stratum is counted from 0; behind it comes the calm one.
    apart = np.where(np.isin(stratum, list(broken)), stratum + CALM + 1, CALM)
    return ObjectiveBlocks(asked.grid.length_ns, apart, block, total, good, unknown)
