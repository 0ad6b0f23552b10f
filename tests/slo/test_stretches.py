"""What users met with in stretches of a run, however they overlap."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from evidence.request_record import LatencyClock, Outcome, RequestRecord, ServedFrom
from slo.evidence_view import Columns, Evidence, Row, open_evidence
from slo.percentile import rank_of, supports
from slo.series import Stretch
from slo.stretches import outcomes_in
from slo.windows import Span
from tests.slo.runs import MS, START_NS, request, write_run


def span(from_ms: float, to_ms: float) -> Span:
    return Span(START_NS + round(from_ms * MS), START_NS + round(to_ms * MS))


def test_a_stretch_holds_requests_that_lived_in_it(tmp_path: Path) -> None:
    records = [
        request(0, 0, latency_ms=999.9),  # over before
        request(1, 10, latency_ms=990),  # ends just in it
        request(2, 1999, outcome=Outcome.TIMEOUT, latency_ms=1000),  # begins just in it
        request(3, 2000),  # begins after
    ]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        (stretch,) = outcomes_in(evidence, [span(1000, 2000)])
    assert stretch.requests == 2
    assert stretch.outcomes == {"ok": 1, "timeout": 1}


def test_nothing_recorded_and_nothing_asked(tmp_path: Path) -> None:
    with open_evidence(write_run(tmp_path, [])) as evidence:
        assert outcomes_in(evidence, [span(0, 1)]) == (Stretch(0, {}, {}, None, None, None),)
        assert outcomes_in(evidence, []) == ()


@pytest.mark.parametrize("seed", range(3))
def test_each_is_what_the_sorted_requests_tell(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 -- evidence, not secrets
    records = [_drawn(draw, number) for number in range(3_000)]
    spans = [
        span(at, at + draw.choice([0, 1, 200, 5_000, 40_000])) for at in draw.choices(range(40_000), k=12)
    ]
    spans += [spans[0], Span(spans[1].start_ns, 2**63 - 1), Span(0, spans[2].end_ns)]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        assert list(outcomes_in(evidence, spans)) == [_sorted(records, one) for one in spans]


def test_the_requests_are_read_twice_however_many_stretches_there_are(tmp_path: Path) -> None:
    records = [request(number, number * 10, latency_ms=number % 90 + 1) for number in range(1_000)]
    with open_evidence(write_run(tmp_path, records)) as evidence:
        asked = _Asked(evidence)
        outcomes_in(asked, [span(at, at + 4_000) for at in range(0, 9_000, 500)])
    assert sum("counted" in text for text in asked.texts) == 2


class _Asked:
    """Evidence that remembers what it was asked."""

    def __init__(self, evidence: Evidence) -> None:
        self.texts: list[str] = []
        self._evidence = evidence

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        self.texts.append(sql)
        return self._evidence.rows(sql, parameters)

    def columns(self, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        self.texts.append(sql)
        return self._evidence.columns(sql, parameters)


def _drawn(draw: random.Random, number: int) -> RequestRecord:
    outcome = draw.choices(
        [Outcome.OK, Outcome.FAILED, Outcome.UNDELIVERED, Outcome.DEGRADED], [90, 5, 2, 3]
    )[0]
    return request(
        number,
        draw.randrange(40_000),
        draw.choice([draw.lognormvariate(3, 1), draw.randrange(1, 30), 9_000]),
        outcome,
        lag_ms=0.5,
        served_from=draw.choice([None, ServedFrom.CACHE, ServedFrom.LIVE]),
        clock=draw.choice(list(LatencyClock)),
    )


def _sorted(records: Sequence[RequestRecord], one: Span) -> Stretch:
    lived = [
        record
        for record in records
        if record.ended_ns is not None and record.intended_ns < one.end_ns and record.ended_ns >= one.start_ns
    ]
    latencies = sorted(
        (record.ended_ns or 0)
        - ((record.started_ns or 0) if record.clock is LatencyClock.SENT else record.intended_ns)
        for record in lived
    )
    return Stretch(
        len(lived),
        Counter(record.outcome.value for record in lived),
        Counter(record.served_from.value for record in lived if record.served_from is not None),
        *(
            latencies[rank_of(len(latencies), quantile) - 1] / MS
            if supports(len(latencies), quantile)
            else None
            for quantile in (0.5, 0.95, 0.99)
        ),
    )
