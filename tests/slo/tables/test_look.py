"""Numbers and instants of Parquet files are judged as the same in text, and refused as strictly."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import InvalidFile
from slo.evaluate import Demands
from slo.over_time import MINUTE_NS, write_minutes
from slo.tables.judge import judge_table, summarize_table
from slo.tables.mapping import Columns, TableMapping, Unit
from tests.slo.tables.tables import AVAILABLE, FAST, NOW_NS, lines, written

BEGIN = datetime(2026, 5, 1, 12, tzinfo=UTC)
BOTH = (AVAILABLE, FAST)
DEMANDED = Demands(frozenset({"available", "fast"}))
BAD = frozenset({3, 70, 71})


def parquet(tmp_path: Path, **changed: object) -> Path:
    """What `lines` writes, with types."""
    columns: dict[str, object] = {
        "timestamp": pa.array([BEGIN + timedelta(seconds=n) for n in range(200)], pa.timestamp("us", "UTC")),
        "status": pa.array([503 if n in BAD else 200 for n in range(200)], pa.int16()),
        "duration_ms": pa.array([20] * 200, pa.int32()),
        "route": ["/search"] * 200,
        "plan": ["gold"] * 200,
    }
    file = tmp_path / "access.parquet"
    pq.write_table(pa.table(columns | changed), file)
    return file


def first(column: list[object], value: object) -> list[object]:
    return [value, *column[1:]]


def test_types_change_nothing(tmp_path: Path) -> None:
    text = str(written(tmp_path, lines(200, bad=BAD)))
    typed = str(parquet(tmp_path))
    floats = str(parquet(tmp_path, duration_ms=pa.array([20.0] * 200)).rename(tmp_path / "floats.parquet"))
    typed = str(parquet(tmp_path))
    expected, *others = (
        judge_table((one,), TableMapping(), BOTH, DEMANDED, NOW_NS) for one in (text, typed, floats)
    )
    assert [one.total for one in expected.objectives] == [200, 200]
    assert others == [expected, expected]


@pytest.mark.parametrize(
    ("column", "values", "named"),
    [
        ("status", pa.array(first([200] * 200, 99), pa.int16()), "status"),
        ("status", pa.array(first([200] * 200, 777), pa.int16()), "777"),
        ("duration_ms", pa.array(first([20] * 200, -1), pa.int32()), "-1"),
        ("duration_ms", pa.array(first([20] * 200, 2**62), pa.int64()), str(2**62)),
        ("duration_ms", pa.array(first([20.0] * 200, float("nan"))), "nan"),
        ("timestamp", pa.array(first([1_777_636_800 + n for n in range(200)], None), pa.int64()), "empty"),
    ],
)
def test_one_row_that_does_not_fit_refuses_the_table(
    tmp_path: Path, column: str, values: object, named: str
) -> None:
    file = parquet(tmp_path, **{column: values})
    with pytest.raises(InvalidFile, match=named):
        judge_table((str(file),), TableMapping(), BOTH, DEMANDED, NOW_NS)


def test_an_answer_that_never_came_has_no_status_and_no_latency(tmp_path: Path) -> None:
    nothing: list[object] = [None] * 199
    file = parquet(
        tmp_path,
        status=pa.array([*nothing, 200], pa.int16()),
        duration_ms=pa.array([*nothing, 20], pa.int32()),
    )
    told = judge_table((str(file),), TableMapping(), BOTH, DEMANDED, NOW_NS)
    assert [(one.good, one.total, one.unknown) for one in told.objectives] == [(1, 200, 0), (1, 200, 0)]


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=200, max_size=200),
    st.sampled_from(["ns", "us", "ms", "s"]),
)
@settings(max_examples=8)
def test_whole_latencies_are_counted_as_the_same_of_floating_point(
    took: list[int | None], unit: Unit
) -> None:
    mapping = TableMapping(Columns(latency="duration_ms"), latency_unit=unit)
    with TemporaryDirectory() as folder:
        told = [
            summarize_table(
                (str(parquet(Path(folder), duration_ms=pa.array(took, kind))),),
                mapping,
                BOTH,
                DEMANDED,
                NOW_NS,
            )
            for kind in (pa.int64(), pa.int32(), pa.float64())
        ]
    whole, short, floating = ((one.verdict, one.percentiles) for one in told)
    assert whole == short == floating


def test_times_to_come_are_found_in_a_file_of_numbers(tmp_path: Path) -> None:
    later = pa.array([1_777_636_800 + n for n in range(199)] + [2_000_000_000], pa.int64())
    told = judge_table((str(parquet(tmp_path, timestamp=later)),), TableMapping(), BOTH, DEMANDED, NOW_NS)
    assert not told.validity.valid
    assert "1 of 200" in told.validity.checks[0].reason


def test_a_summary_has_the_same_verdict_and_every_minute(tmp_path: Path) -> None:
    source = (str(parquet(tmp_path)),)
    summary = summarize_table(source, TableMapping(), BOTH, DEMANDED, NOW_NS)
    assert summary.verdict == judge_table(source, TableMapping(), BOTH, DEMANDED, NOW_NS)
    available, fast = summary.minutes
    assert available.start_ns.tolist() == [round(BEGIN.timestamp()) * 10**9 + n * MINUTE_NS for n in range(4)]
    assert (available.total.tolist(), available.good.tolist()) == ([60, 60, 60, 20], [59, 58, 60, 20])
    assert fast.good.tolist() == available.good.tolist()
    assert {one.value_ms for one in summary.percentiles if one.quantile == 0.5} == {20}
    file = tmp_path / "minutes.csv"
    write_minutes(file, summary.minutes)
    header, row, *rest = file.read_text().splitlines()
    assert header == "objective,minute,requests,good,unknown"
    assert row == "available,2026-05-01T12:00Z,60,59,0"
    assert len(rest) == 7
