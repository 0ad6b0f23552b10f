"""Locust: counts between two rows are requests without a latency."""

from collections import Counter
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.request_record import Outcome
from tests.evidence.importing.sources import read_bytes, read_file, sample

HEADER = (
    "Timestamp,User Count,Type,Name,Requests/s,Failures/s,Total Request Count,Total Failure Count,"
    "Total Median Response Time"
)
T0 = 1_795_620_866


def history(*rows: tuple[int, str, str, int, int]) -> str:
    lines = [f"{T0 + at},4,{kind},{name},0,0,{total},{failed},5" for at, kind, name, total, failed in rows]
    return "".join(f"{line}\n" for line in (HEADER, *lines))


def counted(folder: Path, content: str) -> Counter[tuple[str | None, Outcome]]:
    requests, _ = read_bytes(folder, content, "locust")
    return Counter((one.name, one.outcome) for one in requests)


def test_each_counted_request_is_one_between_its_rows(tmp_path: Path) -> None:
    content = history(
        (0, "", "Aggregated", 0, 0),
        (1, "GET", "search", 10, 2),
        (1, "", "Aggregated", 10, 2),
        (2, "GET", "search", 15, 2),
        (2, "POST", "index", 1, 1),
        (2, "", "Aggregated", 16, 3),
    )
    requests, _ = read_bytes(tmp_path, content, "locust")
    assert Counter((one.name, one.method, one.outcome) for one in requests) == {
        ("search", "GET", Outcome.OK): 13,
        ("search", "GET", Outcome.FAILED): 2,
        ("index", "POST", Outcome.FAILED): 1,
    }
    seconds = Counter((one.ended_ns or 0) // 10**9 - T0 for one in requests)
    assert seconds == {0: 10, 1: 6}


def test_requests_have_no_latency(tmp_path: Path) -> None:
    requests, account = read_bytes(tmp_path, history((0, "GET", "search", 3, 0)), "locust")
    assert {one.started_ns for one in requests} == {None}
    assert any("without its latency" in remark for remark in account.remarks)


def test_the_totals_of_a_real_run_are_all_there() -> None:
    requests, _ = read_file(sample("locust_full_stats_history.csv").path, "locust")
    assert Counter((one.name, one.outcome) for one in requests) == {
        ("get document", Outcome.OK): 76,
        ("busy", Outcome.FAILED): 17,
        ("index, bulk", Outcome.OK): 15,
    }


def test_sums_alone_are_taken_as_they_are_and_told() -> None:
    requests, account = read_file(sample("locust_sums_stats_history.csv").path, "locust")
    assert Counter((one.name, one.outcome) for one in requests) == {
        (None, Outcome.OK): 57,
        (None, Outcome.FAILED): 15,
    }
    assert any("--csv-full-history" in remark for remark in account.remarks)


def test_statistics_that_were_reset_are_counted_on(tmp_path: Path) -> None:
    content = history((0, "GET", "search", 10, 0), (1, "GET", "search", 4, 1))
    assert counted(tmp_path, content) == {("search", Outcome.OK): 13, ("search", Outcome.FAILED): 1}


def test_a_failure_that_is_counted_before_its_request_is_a_failure(tmp_path: Path) -> None:
    content = history((0, "GET", "search", 10, 0), (1, "GET", "search", 10, 1))
    assert counted(tmp_path, content) == {("search", Outcome.OK): 10, ("search", Outcome.FAILED): 1}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{T0},4,GET,search,0,0,x,0,5", "line 2, Total Request Count: 'x': must be a whole number"),
        (f"{T0},4,GET,search,0,0,4²,0,5", "line 2, Total Request Count: '4²': must be a whole number"),
        (f"{T0},4,GET,search,0,0,1,2,5", "line 2, Total Failure Count: 2: must not be over"),
        ("never,4,GET,search,0,0,1,0,5", "line 2, Timestamp: 'never': must be a number"),
        (f"{T0},4,GET,search", "line 2, Total Request Count: missing"),
    ],
)
def test_a_bad_row_says_where_it_is_and_what_is_allowed(row: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=told):
        read_bytes(tmp_path, f"{HEADER}\n{row}\n", "locust")


def test_rows_out_of_order_are_bad(tmp_path: Path) -> None:
    content = history((1, "GET", "search", 10, 0), (0, "GET", "search", 11, 0))
    with pytest.raises(InvalidFile, match="must not be before that of the row above"):
        read_bytes(tmp_path, content, "locust")


def test_sums_before_names_would_count_twice_and_are_refused(tmp_path: Path) -> None:
    content = history((0, "", "Aggregated", 10, 0), (1, "GET", "search", 11, 0), (1, "", "Aggregated", 11, 0))
    with pytest.raises(InvalidFile, match="Import each run alone"):
        read_bytes(tmp_path, content, "locust")
