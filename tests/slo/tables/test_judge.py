"""A table from elsewhere, judged: what counts, how columns are found, and an error for each way of not
fitting."""

import gzip
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from evidence.errors import InvalidFile
from evidence.verdict_record import Verdict, VerdictRecord
from slo.evaluate import Demands, UnknownDemand
from slo.inference.any_time import AnyTime
from slo.promise import Objective
from slo.tables.judge import judge_table
from slo.tables.mapping import Columns, InvalidMapping, TableMapping, with_options
from slo.windows import CalendarStart
from tests.slo.tables.tables import ALL, AVAILABLE, BY_NAME, FAST, NOW_NS, judged, lines, refused, written

GOOD_ONLY = TableMapping(Columns(good="good"))
WITH_ID = TableMapping(Columns(id="id"))
BOTH_WAYS = TableMapping(Columns(good="status", status="status"))


def counts(
    source: Path | str, mapping: TableMapping = BY_NAME, objective: Objective = AVAILABLE
) -> tuple[int, int]:
    record = judged(source, mapping, (objective,), Demands(frozenset({objective.name})))
    assert record.validity.valid
    return record.objectives[0].good, record.objectives[0].total


def test_known_names_need_no_mapping(tmp_path: Path) -> None:
    file = written(tmp_path, lines(100, bad=frozenset({7, 8})))
    assert counts(file) == (98, 100)
    assert counts(file, objective=FAST) == (98, 100)
    assert counts(file, objective=replace(AVAILABLE, operation="/search", tier="gold")) == (98, 100)
    assert counts(file, objective=replace(AVAILABLE, tier="silver")) == (0, 0)


def test_exactly_enough_is_met_and_one_too_few_is_not(tmp_path: Path) -> None:
    assert judged(written(tmp_path, lines(59))).verdict is Verdict.MET
    assert judged(written(tmp_path, lines(58))).verdict is Verdict.NOT_PROVEN
    assert judged(written(tmp_path, lines(59, bad=frozenset(range(30))))).verdict is Verdict.MISSED


@pytest.mark.parametrize(
    ("status", "good"),
    [
        ("200", True),
        ("304", True),
        ("404", True),
        ("429", False),
        ("500", False),
        ("", False),
        ("-", False),
        ("0", False),
    ],
)
def test_which_answers_are_good(tmp_path: Path, status: str, good: bool) -> None:
    file = written(tmp_path, [f"2026-05-01T12:00:00Z,{status},1,/,gold"])
    assert counts(file) == (int(good), 1)


def test_a_column_may_say_itself_what_is_good(tmp_path: Path) -> None:
    file = written(tmp_path, ["1777636800,yes", "1777636801,YES", "1777636802,no"], "ts,served")
    assert counts(file, TableMapping(Columns(good="served"), good_values=("yes",))) == (2, 3)


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("2026-05-01T12:00:00Z", TableMapping()),
        ("2026-05-01 14:00:00+02:00", TableMapping()),
        ("2026-05-01T12:00:00.000", TableMapping(time_zone="UTC")),
        ("2026-05-01 14:00:00", TableMapping(time_zone="Europe/Berlin")),
        ("1777636800", TableMapping()),
        ("1777636800.0", TableMapping()),
        ("1777636800000", TableMapping()),
        ("1777636800000000000", TableMapping()),
        ("01/May/2026:14:00:00 +0200", TableMapping(time_format="%d/%b/%Y:%H:%M:%S %z")),
        ("01.05.2026 14:00", TableMapping(time_format="%d.%m.%Y %H:%M", time_zone="Europe/Berlin")),
    ],
)
def test_instants_however_they_are_written(tmp_path: Path, text: str, mapping: TableMapping) -> None:
    # In the month that begins just then in Berlin's summer, at 14:00; a nanosecond earlier it was the one
    # before.
    window = CalendarStart(datetime(2026, 5, 1, 14), "Europe/Berlin")  # noqa: DTZ001 -- local by its zone
    objective = replace(AVAILABLE, window="1M", calendar=window)
    before = text.replace("12:00:00", "11:59:59").replace("14:00", "13:59").replace("17776368", "17776367")
    file = written(tmp_path, [f"{before},200", f"{text},200"], "time,status")
    assert counts(file, mapping, objective) == (1, 1)


def test_a_rolling_window_ends_with_the_last_request(tmp_path: Path) -> None:
    rows = [f"2026-05-0{day}T12:00:00Z,{503 if day == 1 else 200}" for day in range(1, 9)]
    file = written(tmp_path, rows, "time,status")
    assert counts(file, objective=replace(AVAILABLE, window="7d")) == (7, 7)
    assert counts(file, objective=replace(AVAILABLE, window="1M")) == (7, 8)


@pytest.mark.parametrize(
    ("unit", "value"), [("s", "0.1"), ("ms", "100"), ("us", "100000"), ("ns", "100000000")]
)
def test_latency_has_a_unit(tmp_path: Path, unit: str, value: str) -> None:
    file = written(tmp_path, [f"2026-05-01T12:00:00Z,200,{value}"] * 2, "time,status,took")
    mapping = with_options(TableMapping(), ("latency=took",), (f"latency_unit={unit}",))
    assert counts(file, mapping, FAST) == (2, 2)
    assert counts(file, mapping, replace(FAST, below_threshold=True)) == (0, 2)
    assert "needs a unit" in refused(file, TableMapping(Columns(latency="took")), FAST)


def test_an_answer_of_unknown_latency_is_neither_fast_nor_slow(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        [f"2026-05-01T12:00:{n:02d}Z,200,{'' if n < 30 else 5}" for n in range(60)],
        "time,status,latency_ms",
    )
    record = judged(file, objectives=(FAST,), demands=Demands(frozenset({"fast"})))
    assert record.verdict is Verdict.NOT_PROVEN
    assert record.objectives[0].unknown == 30


def test_parquet_and_globs_are_read_in_place(tmp_path: Path) -> None:
    for day in (1, 2):
        duckdb.sql(
            f"COPY (SELECT TIMESTAMP '2026-05-0{day} 12:00:00' + INTERVAL (n) SECOND AS at, "  # noqa: S608 -- ours
            f"200 AS code, 5.5 AS ms FROM range(50) AS t(n)) TO '{tmp_path}/day-{day}.parquet'"
        )
    mapping = TableMapping(Columns(time="at", latency="ms"), time_zone="UTC", latency_unit="ms")
    assert counts(f"{tmp_path}/day-*.parquet", mapping, FAST) == (100, 100)
    assert "times without a zone" in refused(f"{tmp_path}/day-*.parquet", TableMapping(Columns(time="at")))


def test_bursts_are_told_from_single_failures(tmp_path: Path) -> None:
    spread = judged(
        written(tmp_path, lines(2000, bad=frozenset(range(5, 2000, 50)), time="2026-05-01T12:{:02d}:{:02d}Z"))
    )
    burst = judged(written(tmp_path, lines(2000, bad=frozenset(range(500, 540)))))
    assert spread.objectives[0].good == burst.objectives[0].good
    assert spread.verdict is Verdict.MET
    assert burst.verdict is Verdict.NOT_PROVEN
    assert "failures came in bursts" in burst.objectives[0].reason


def test_a_demand_that_no_objective_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownDemand, match="availabl"):
        judge_table(
            (str(written(tmp_path, lines())),),
            TableMapping(),
            (AVAILABLE,),
            replace(ALL, objectives=frozenset({"availabl"})),
            NOW_NS,
        )


@pytest.mark.parametrize(
    ("header", "row", "mapping", "told"),
    [
        ("when,status", "2026-05-01T12:00:00Z,200", BY_NAME, "columns.time: missing: one must"),
        ("time,answer", "2026-05-01T12:00:00Z,200", BY_NAME, "columns.status: missing: one must"),
        ("time,status", "2026-05-01T12:00:00Z,200", TableMapping(Columns(time="tine")), "did you mean time?"),
        ("time,status", "2026-05-01T12:00:00Z,200", BOTH_WAYS, "columns.good"),
        ("time,status", "2026-05-01 12:00:00,200", BY_NAME, "times without a zone: say which"),
        ("time,status", "2026-05-01 12:00:00,200", TableMapping(time_zone="CEST+2"), "IANA"),
        ("time,status", "12345,200", BY_NAME, "no unit puts it after 2000"),
        ("time,status", "yesterday,200", BY_NAME, "1 row: 'yesterday': must be an instant"),
        ("time,status", "2026-05-01,200", BY_NAME, "1 row: '2026-05-01': must be an instant"),
        ("time,status", "2999-05-01T12:00:00Z,200", BY_NAME, "1 row: '2999-05-01T12:00:00Z': must be an"),
        ("time,status,id", "2026-05-01T12:00:00Z,200,", WITH_ID, "columns.id (id): 1 row: '2026-05-01T12"),
        ("time,status", "1970-01-01T00:00:00Z,200", BY_NAME, "must be an instant after 2000"),
        ("time,good", "2026-05-01T12:00:00Z,yes", GOOD_ONLY, "good_values: ['yes']"),
        ("time,good", "2026-05-01T12:00:00Z,1.0", GOOD_ONLY, "1 row: '1.0': must be one of true"),
        ("time,status", ",200", BY_NAME, "must be an instant"),
        ("time,status", "2026-05-01T12:00:00Z,OK", BY_NAME, "1 row: 'ok': must be an HTTP status"),
        ("time,status", "2026-05-01T12:00:00Z,99", BY_NAME, "must be an HTTP status"),
        ("time,status", "2026-05-01T12:00:00Z,2000", BY_NAME, "must be an HTTP status"),
        ("time,status,latency_ms", "2026-05-01T12:00:00Z,200,nan", BY_NAME, "must be a finite number"),
        ("time,status,latency_ms", "2026-05-01T12:00:00Z,200,-1", BY_NAME, "must be a finite number"),
        ("time,status,latency_ms", "2026-05-01T12:00:00Z,200,5ms", BY_NAME, "1 row: '5ms'"),
        ("time,status", "2026-05-01T12:00:00Z,200,5", BY_NAME, "line 2: 3 values: must be 2"),
        ("time,status", '2026-05-01T12:00:00Z,"2', BY_NAME, "must be CSV with as many values"),
        ("# of May", "time,status", BY_NAME, "line 2: 2 values: must be 1, as in the header"),
        ("time;status", "2026-05-01T12:00:00Z;200", BY_NAME, "delimiter=;"),
        ("time,time,status", "1,2,200", BY_NAME, "each column needs a name of its own"),
    ],
)  # fmt: skip
def test_each_way_of_not_fitting_has_its_error(
    tmp_path: Path, header: str, row: str, mapping: TableMapping, told: str
) -> None:
    assert told in refused(written(tmp_path, [row], header), mapping)


def test_an_objective_that_needs_a_column_says_so(tmp_path: Path) -> None:
    file = written(tmp_path, ["2026-05-01T12:00:00Z,200"], "time,status")
    assert "columns.latency: missing: the objective fast asks for it" in refused(file, objective=FAST)
    assert "columns.tier: missing" in refused(file, objective=replace(AVAILABLE, tier="gold"))
    assert "a table has no targets" in refused(file, objective=replace(AVAILABLE, named_target="canary"))


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.csv")
    assert "no such file" in refused(f"{tmp_path}/*.csv")
    (tmp_path / "access.log").write_text("GET /")
    assert "stormproof import" in refused(tmp_path / "access.log")
    (tmp_path / "empty.csv").write_text("")
    assert "must have a header line" in refused(tmp_path / "empty.csv")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    assert "must be whole Parquet files" in refused(tmp_path / "cut.parquet")
    (tmp_path / "latin.csv").write_bytes(b"time,st\xe4tus\n")
    assert "readable UTF-8" in refused(tmp_path / "latin.csv")


@pytest.mark.parametrize(
    ("columns", "settings", "told"),
    [
        (("when=ts",), (), "--column when=ts: must be one of time, latency"),
        (("time",), (), "--column time"),
        ((), ("time_unit=minutes",), "time_unit"),
        ((), ("zone=UTC",), "--setting zone=UTC: must be one of time_unit"),
    ],
)
def test_options_that_say_nothing_are_refused(
    columns: tuple[str, ...], settings: tuple[str, ...], told: str
) -> None:
    with pytest.raises(InvalidMapping) as caught:
        with_options(TableMapping(), columns, settings)
    assert told in str(caught.value)


def test_a_latency_that_is_missing_hides_no_burst(tmp_path: Path) -> None:
    def verdicts(rows: list[str]) -> list[Verdict]:
        file = written(tmp_path, rows)
        promised, demanded = (replace(FAST, target=0.97),), frozenset({"fast"})
        return [
            judged(file, BY_NAME, promised, Demands(demanded, question)).verdict
            for question in ("inference", AnyTime(burst_s=60.0), "window")
        ]

    met, burst = [Verdict.MET], range(700, 720)
    rows = [row.replace(",20,", ",900,") if n in burst else row for n, row in enumerate(lines(1400))]
    assert verdicts(lines(1400))[::2] == met * 2
    assert verdicts(rows) == [Verdict.NOT_PROVEN] * 2 + met
    rows[3] = rows[3].replace(",20,", ",,")
    assert verdicts(rows) == [Verdict.NOT_PROVEN] * 2 + met


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_a_file_that_lacks_a_column_of_the_others_is_refused(tmp_path: Path, name: str) -> None:
    def file(at: str, columns: str) -> str:
        path = str(tmp_path / f"{at}-{name}")
        duckdb.execute(f"COPY (SELECT {columns}, '2026-05-01T12:00:00Z' AS time) TO '{path}'")
        return path

    one = file("a", "200 AS status, 'gold' AS plan")
    bare = file("b", "200 AS status")
    renamed = file("c", "500 AS code, 'gold' AS plan")

    def told(files: tuple[str, ...], objective: Objective) -> VerdictRecord:
        demands = Demands(frozenset({objective.name}), "window")
        return judge_table(files, BY_NAME, (objective,), demands, NOW_NS)

    assert told((one, bare), AVAILABLE).verdict is Verdict.MET
    with pytest.raises(InvalidFile, match=r"columns.tier: 'plan': .*b-log.* has no column of this name"):
        told((one, bare), replace(AVAILABLE, tier="gold"))
    with pytest.raises(InvalidFile, match=r"columns.status: 'status': .*c-log.* has no column"):
        told((one, renamed), AVAILABLE)


def test_a_file_that_is_named_twice_counts_once_or_not_at_all(tmp_path: Path) -> None:
    file = written(tmp_path, lines(58))
    for twice in (f"{tmp_path}/*.csv", f"{tmp_path}/../{tmp_path.name}/access.csv"):
        with pytest.raises(InvalidFile, match="named twice"):
            judge_table((str(file), twice), BY_NAME, (AVAILABLE,), ALL, NOW_NS)


def test_a_compressed_header_is_looked_at_too(tmp_path: Path) -> None:
    row = ["2026-05-01T12:00:00Z,500,200"]
    plain = written(tmp_path, row, "time,status,status")
    compressed = tmp_path / "access.csv.gz"
    compressed.write_bytes(gzip.compress(plain.read_bytes()))
    assert "each column needs a name of its own" in refused(compressed)
    compressed.write_bytes(plain.read_bytes())
    assert "must be a whole and readable" in refused(compressed)


def test_a_file_whose_name_looks_like_a_glob_is_itself(tmp_path: Path) -> None:
    written(tmp_path, lines(10), name="a1.csv")
    for name in ("a[1].csv", "a*.csv", "a?.csv"):
        assert counts(written(tmp_path, lines(7, bad=frozenset({3})), name=name)) == (6, 7)
    assert counts(f"{tmp_path}/?1.csv") == (10, 10)
