"""wrk2: its corrected distribution and its counts of errors, no better than the truth."""

from collections import Counter
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing.format import ReadOptions
from evidence.importing.instants import NS_PER_S
from evidence.request_record import LatencyClock, Outcome
from tests.evidence.importing.sources import AT_NS, read_bytes, read_file, sample

STARTED = ReadOptions(started_at_ns=AT_NS)


def text() -> str:
    return sample("wrk2.txt").path.read_text()


def test_each_counted_latency_and_each_error_is_a_request() -> None:
    requests, _ = read_file(sample("wrk2.txt").path, "wrk2", STARTED)
    assert Counter(one.outcome for one in requests) == {
        Outcome.OK: 199,
        Outcome.FAILED: 4,
        Outcome.CONNECTION: 2,
        Outcome.TIMEOUT: 1,
    }
    timed = [one for one in requests if one.clock is LatencyClock.INTENDED]
    assert len(timed) == 203
    assert max((one.ended_ns or 0) - one.intended_ns for one in timed) == 900_095_000
    assert all(one.started_ns is None for one in requests)


def test_the_failed_are_taken_from_the_fastest() -> None:
    requests, _ = read_file(sample("wrk2.txt").path, "wrk2", STARTED)
    took_ns = sorted(
        ((one.ended_ns or 0) - one.intended_ns, one.outcome is Outcome.FAILED)
        for one in requests
        if one.clock is LatencyClock.INTENDED
    )
    fastest = took_ns[:21]
    assert sum(failed for _, failed in fastest) == 4
    assert not any(failed for _, failed in took_ns[21:])


def test_requests_lie_after_the_calibration_up_to_the_end() -> None:
    requests, account = read_file(sample("wrk2.txt").path, "wrk2", STARTED)
    ends = [one.ended_ns or 0 for one in requests]
    assert min(ends) >= AT_NS + 10 * NS_PER_S
    assert max(ends) <= AT_NS + round(20.01 * NS_PER_S)
    assert any("198 requests of then are left out" in remark for remark in account.remarks)


def test_without_a_start_the_file_s_own_end_is_taken_and_told(tmp_path: Path) -> None:
    requests, account = read_bytes(tmp_path, text(), "wrk2")
    written_ns = (tmp_path / "results").stat().st_mtime_ns
    assert max(one.ended_ns or 0 for one in requests) <= written_ns
    assert any("when the file was written" in remark for remark in account.remarks)


def test_the_uncorrected_distribution_is_not_read(tmp_path: Path) -> None:
    uncorrected = text().replace(
        "Recorded Latency", "Uncorrected Latency (measured without taking delayed starts)"
    )
    both = text().replace(
        "  401 requests", f"{uncorrected.split('98.52%', 1)[1].split('  401 requests')[0]}  401 requests"
    )
    assert both.count("HdrHistogram -") == 2
    assert len(read_bytes(tmp_path, both, "wrk2", STARTED)[0]) == 206
    with pytest.raises(InvalidFile, match="Run wrk2 with --latency"):
        read_bytes(tmp_path, uncorrected, "wrk2", STARTED)


def test_without_its_distribution_it_says_how_to_get_one(tmp_path: Path) -> None:
    lines = [line for line in text().splitlines() if "%" not in line[:9] and not line.startswith("  ")]
    with pytest.raises(InvalidFile, match="Run wrk2 with --latency"):
        read_bytes(tmp_path, "\n".join(lines), "wrk2", STARTED)


@pytest.mark.parametrize("end", ["   900.095     1.000000", "401 requests in"])
def test_an_output_that_was_cut_is_refused(end: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="Keep all that wrk2 prints"):
        read_bytes(tmp_path, text().split(end, 1)[0], "wrk2", STARTED)
