"""Counting what a contract is judged by, from the evidence of a run."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from slo.choice import Choice
from slo.contract.bursts import bursts
from slo.contract.contract import Contract
from slo.contract.exercised import Exercised
from slo.contract.observed import Observed, Recovered
from slo.contract.promises.p99 import P99
from slo.contract.promises.recovery import RecoveryTime
from slo.contract.stretches import BEGINNING_NS, END_NS
from slo.evidence_view import Evidence
from slo.recovery.course import course
from slo.recovery.segments import segments
from slo.recovery.series import Courses, Selection, fill_courses
from slo.recovery.surroundings import Surroundings, surroundings
from slo.sql import query

_NS_PER_S = 1_000_000_000
_NS_PER_MS = 1_000_000

type Cell = tuple[str, str]
"""Situation and operation."""


def observe(
    evidence: Evidence, contract: Contract, found: tuple[Exercised, ...], carried: frozenset[str]
) -> Mapping[Cell, Observed]:
    """What was seen of each situation and operation; nothing of those that nobody asked anything of.

    `carried` are the operations that the load carried.
    """
    _fill(evidence, found)
    seen = dict(_counts(evidence, found))
    for situation, operation, durability in evidence.rows(query("contract_writes")):
        cell = situation, operation
        seen[cell] = replace(seen.get(cell, Observed()), durability=dict(durability))
    for cell, recoveries in _recovered(evidence, found, carried, contract.recovered_share):
        seen[cell] = replace(seen.get(cell, Observed()), recoveries=recoveries)
    return seen


def _recovered(
    evidence: Evidence, found: tuple[Exercised, ...], carried: frozenset[str], share: float
) -> Iterator[tuple[Cell, tuple[Recovered, ...]]]:
    around = surroundings(evidence)
    mine = {one.article.name: [near for near in around if near.episode in one.episodes] for one in found}
    cells = [
        (one.article.name, clause.operation)
        for one in found
        for clause in one.article.clauses
        if mine[one.article.name] and clause.operation in carried and clause.promise(RecoveryTime) is not None
    ]
    operations = dict.fromkeys(operation for _, operation in cells)
    courses = fill_courses(evidence, around, [_full_answers(one) for one in operations])
    for situation, operation in cells:
        yield (situation, operation), tuple(_recoveries(courses, operation, share, mine[situation]))


def _full_answers(operation: str) -> Selection:
    return Selection(Choice(operation=operation), full=True)


def _fill(evidence: Evidence, found: tuple[Exercised, ...]) -> None:
    evidence.connection.execute(query("contract_tables"))
    for one in found:
        for stretch in one.stretches:
            row = [one.article.name, stretch.start_ns, stretch.end_ns]
            evidence.connection.execute("INSERT INTO contract_stretches VALUES (?, ?, ?)", row)
        for clause in one.article.clauses:
            p99 = clause.promise(P99)
            if p99 is not None:
                limit = [one.article.name, clause.operation, p99.limit_ns]
                evidence.connection.execute("INSERT INTO contract_limits VALUES (?, ?, ?)", limit)


def _counts(evidence: Evidence, found: tuple[Exercised, ...]) -> Iterator[tuple[Cell, Observed]]:
    spread = bursts(evidence)
    lengths_s = {one.article.name: _length_s(one) for one in found}
    for row in evidence.rows(query("contract_counts")):
        situation, operation, requests, good, timed, within, p99_ns, first_ns, last_ns, ended, *rest = row
        statuses, outcomes, sources, kept, aged, oldest_s = rest
        span_s = lengths_s[situation] or (int(last_ns) - int(first_ns)) / _NS_PER_S
        yield (
            (situation, operation),
            Observed(
                requests=int(requests),
                good=int(good),
                timed=int(timed),
                within=int(within),
                bad_spread=spread[situation, operation].bad,
                late_spread=spread[situation, operation].late,
                latency_p99_ms=None if p99_ns is None else int(p99_ns) / _NS_PER_MS,
                rate_per_s=int(requests) / span_s if span_s > 0 else None,
                ended=int(ended),
                statuses=dict(statuses or {}),
                outcomes=dict(outcomes or {}),
                served_from=dict(sources or {}),
                kept=int(kept),
                aged=int(aged),
                oldest_s=None if oldest_s is None else float(oldest_s),
            ),
        )


def _length_s(one: Exercised) -> float | None:
    """Of all its stretches; None where one has no end."""
    if any(part.start_ns == BEGINNING_NS or part.end_ns == END_NS for part in one.stretches):
        return None
    return sum(part.end_ns - part.start_ns for part in one.stretches) / _NS_PER_S


def _recoveries(
    courses: Courses, operation: str, share: float, around: list[Surroundings]
) -> Iterator[Recovered]:
    """Nothing of an episode that did not end, or after which nobody asked."""
    for near in around:
        healed_ns = near.episode.healed_ns
        if healed_ns is None or healed_ns >= near.until_ns:
            continue
        healed_after_ns = healed_ns - near.episode.start_ns
        met = courses.series(_full_answers(operation), near)
        parts = segments(met.since)
        came = course(
            parts,
            bucket_ns=met.bucket_ns,
            healed_ns=healed_after_ns,
            target=share,
            before_ratio=met.before_ratio,
        )
        first = -(-healed_after_ns // met.bucket_ns)
        if came.back is not None:
            first = max(first, parts[came.back].start)
        after = met.since[first:]
        requests = sum(bucket.total for bucket in after)
        if requests:
            observed_s = (near.until_ns - healed_ns) / _NS_PER_S
            yield Recovered(came.recover_s, observed_s, sum(bucket.good for bucket in after), requests)
