"""HdrHistogram: each counted value is a request, at its interval, with the resolution that was recorded."""

from collections import Counter
from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import InvalidFile
from evidence.importing.errors import BadValue, InvalidOption
from evidence.importing.format import ReadOptions
from evidence.importing.formats.hdr_histogram import decode
from evidence.importing.instants import NS_PER_S, rfc3339_ns
from evidence.request_record import LatencyClock
from tests.evidence.importing.sources import AT_NS, read_bytes, read_file, sample

ANSWERED = ReadOptions(unit_ns=1000, assume_answered=True)
HIGHEST = 3_600_000_000
VALUES = st.lists(st.integers(min_value=1, max_value=HIGHEST), max_size=50)


def encoded(values: list[int], digits: int = 3) -> str:
    histogram = HdrHistogram(1, HIGHEST, digits)
    for value in values:
        histogram.record_value(value)
    return str(histogram.encode().decode())


def log(*lines: str, base: str = "#[StartTime: 1795618800.000 (seconds since epoch)]\n") -> str:
    return f"#[Histogram log format version 1.3]\n{base}" + "".join(f"{line}\n" for line in lines)


@given(VALUES, st.integers(min_value=1, max_value=5))
def test_every_recorded_value_comes_back_at_its_resolution_and_never_lower(
    values: list[int], digits: int
) -> None:
    recorded = decode(encoded(values, digits))
    assert recorded.digits == digits
    found = sorted(value for value, count in recorded.counts for _ in range(count))
    assert len(found) == len(values)
    for read, value in zip(found, sorted(values), strict=True):
        assert value <= read <= value * (1 + 10**-digits) + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(intervals=st.lists(VALUES, min_size=1, max_size=4))
def test_a_log_becomes_as_many_requests_as_it_counts(intervals: list[list[int]], tmp_path: Path) -> None:
    lines = [f"{number}.000,1.000,0.0,{encoded(values)}" for number, values in enumerate(intervals)]
    requests, account = read_bytes(tmp_path, log(*lines), "hdr-log", ANSWERED)
    assert len(requests) == sum(map(len, intervals))
    assert account.used == len(intervals)
    seconds = Counter((one.ended_ns or 0) // NS_PER_S - 1_795_618_800 for one in requests)
    assert seconds == Counter({number: len(values) for number, values in enumerate(intervals) if values})


def test_the_clock_is_the_send_unless_it_is_said_that_the_log_is_corrected(tmp_path: Path) -> None:
    content = log(f"0.000,1.000,0.0,{encoded([2_000_000])}")
    (sent,), _ = read_bytes(tmp_path, content, "hdr-log", ANSWERED)
    assert sent.clock is LatencyClock.SENT
    assert sent.started_ns == sent.intended_ns
    corrected = ReadOptions(unit_ns=1000, assume_answered=True, clock=LatencyClock.INTENDED)
    (planned,), _ = read_bytes(tmp_path, content, "hdr-log", corrected)
    assert planned.clock is LatencyClock.INTENDED
    assert planned.started_ns is None
    assert (planned.ended_ns or 0) - planned.intended_ns == pytest.approx(2 * NS_PER_S, rel=0.001)


def test_tags_name_operations(tmp_path: Path) -> None:
    content = log(f"Tag=search,0.000,1.000,0.0,{encoded([5])}", f"0.000,1.000,0.0,{encoded([5])}")
    requests, _ = read_bytes(tmp_path, content, "hdr-log", ANSWERED)
    assert [one.name for one in requests] == ["search", None]


@pytest.mark.parametrize(
    ("base", "start"),
    [
        ("#[StartTime: 1795618800.000]\n", "0.5"),
        ("#[StartTime: 1795618800.000]\n", "1795618800.5"),
        ("#[StartTime: 1795618799.000]\n#[BaseTime: 1795618800.000]\n", "0.5"),
        ("", "1795618800.5"),
    ],
)
def test_instants_are_those_of_the_log_s_base(base: str, start: str, tmp_path: Path) -> None:
    content = log(f"{start},1.000,0.0,{encoded([5])}", base=base)
    (request,), _ = read_bytes(tmp_path, content, "hdr-log", ANSWERED)
    assert request.ended_ns == rfc3339_ns("", "2026-11-25T15:00:01Z")


def test_a_log_without_any_instant_asks_for_one(tmp_path: Path) -> None:
    content = log(f"0.5,1.000,0.0,{encoded([5])}", base="")
    with pytest.raises(InvalidOption, match="--started-at"):
        read_bytes(tmp_path, content, "hdr-log", ANSWERED)
    said = ReadOptions(unit_ns=1000, assume_answered=True, started_at_ns=AT_NS)
    (request,), _ = read_bytes(tmp_path, content, "hdr-log", said)
    assert request.ended_ns == AT_NS + NS_PER_S


def test_what_a_histogram_does_not_say_must_be_said() -> None:
    with pytest.raises(InvalidOption, match="--unit ns, us or ms"):
        read_file(sample("histogram.hlog").path, "hdr-log")
    with pytest.raises(InvalidOption, match="--assume-answered"):
        read_file(sample("histogram.hlog").path, "hdr-log", ReadOptions(unit_ns=1))
    with pytest.raises(InvalidOption, match="--assume-answered"):
        read_file(sample("histogram.hgrm").path, "hdr-percentiles", ReadOptions(unit_ns=1))


@pytest.mark.parametrize(
    "histogram",
    ["HIST", "HISTFAAAAA", "not base64!", "AAAA", encoded([5])[:-8], encoded([5]).replace("HISTF", "HISTE")],
)
def test_what_is_no_histogram_is_refused(histogram: str) -> None:
    with pytest.raises(BadValue, match="must be a V2 compressed histogram"):
        decode(histogram)


def test_a_bad_interval_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"line 3: '0\.5,oops': must be"):
        read_bytes(tmp_path, log("0.5,oops"), "hdr-log", ANSWERED)


def test_a_percentile_output_takes_each_for_the_slower_of_two_percentiles() -> None:
    options = ReadOptions(unit_ns=1_000_000, assume_answered=True, started_at_ns=AT_NS)
    requests, _ = read_file(sample("histogram.hgrm").path, "hdr-percentiles", options)
    latencies_ms = sorted(((one.ended_ns or 0) - one.intended_ns) / 10**6 for one in requests)
    # The output's own rows: 31 of 61 up to the median, the slowest 1,400.898 ms.
    assert len(latencies_ms) == 61
    assert latencies_ms[30] == pytest.approx(11.002)
    assert latencies_ms[-1] == pytest.approx(1400.898)


def test_a_percentile_output_without_its_end_is_refused(tmp_path: Path) -> None:
    whole = sample("histogram.hgrm").path.read_text().splitlines(keepends=True)
    for cut in ("".join(whole[:20]), "".join(whole[:-4])):
        with pytest.raises(InvalidFile, match="the slowest requests are missing"):
            read_bytes(tmp_path, cut, "hdr-percentiles", ANSWERED)


def test_a_percentile_output_that_falls_is_refused(tmp_path: Path) -> None:
    content = "Value Percentile TotalCount 1/(1-Percentile)\n\n1.0 0.5 5 2.0\n2.0 1.0 4\n"
    with pytest.raises(InvalidFile, match="line 4, TotalCount: 4: TotalCount and Percentile must not fall"):
        read_bytes(tmp_path, content, "hdr-percentiles", ANSWERED)
