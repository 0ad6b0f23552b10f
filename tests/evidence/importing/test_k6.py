"""k6: nine points make a request, a dropped iteration is an arrival never sent."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import ReadOptions
from evidence.importing.instants import rfc3339_ns
from evidence.importing.judgement import read_statuses
from evidence.request_record import LatencyClock, Outcome
from tests.evidence.importing.sources import read_bytes, read_file, sample

AT = "2026-11-25T15:28:14.960765717Z"
METRICS = (
    *("http_reqs", "http_req_duration", "http_req_blocked", "http_req_connecting"),
    *("http_req_tls_handshaking", "http_req_sending", "http_req_waiting", "http_req_receiving"),
    "http_req_failed",
)
VALUES = {"http_reqs": 1.0, "http_req_duration": 20.5, "http_req_blocked": 1.25, "http_req_connecting": 1.0}
TAGS = {"status": "200", "name": "search", "method": "GET", "url": "http://a/s", "expected_response": "true"}


def points(
    tags: dict[str, str] | None = None,
    *,
    metrics: tuple[str, ...] = METRICS,
    values: dict[str, float] | None = None,
) -> str:
    """The lines of one request."""
    lines = []
    for metric in metrics:
        data = {"time": AT, "value": (VALUES | (values or {})).get(metric, 0.0), "tags": TAGS | (tags or {})}
        lines.append(json.dumps({"metric": metric, "type": "Point", "data": data}))
    return "".join(f"{line}\n" for line in lines)


def only(folder: Path, content: str, options: ReadOptions | None = None) -> ForeignRequest:
    (request,), _ = read_bytes(folder, content, "k6-json", options)
    return request


def test_latency_is_the_wait_for_a_connection_and_the_request_up_to_its_end(tmp_path: Path) -> None:
    request = only(tmp_path, points())
    end_ns = rfc3339_ns("", AT)
    assert (request.started_ns, request.ended_ns) == (end_ns - 21_750_000, end_ns)
    assert request.clock is LatencyClock.SENT
    assert (request.name, request.method, request.status) == ("search", "GET", 200)


def test_requests_of_one_instant_and_one_name_are_told_apart(tmp_path: Path) -> None:
    requests, account = read_bytes(tmp_path, points() + points(), "k6-json")
    assert len(requests) == 2
    assert account.used == 18


def test_lines_between_the_points_of_a_request_do_not_part_it(tmp_path: Path) -> None:
    declared = json.dumps({"type": "Metric", "data": {}, "metric": "http_req_duration"})
    lines = points().splitlines()
    content = "\n".join([lines[0], declared, *lines[1:]]) + "\n"
    requests, account = read_bytes(tmp_path, content, "k6-json")
    assert len(requests) == 1
    assert account.passed_over == Counter({"declarations of metrics": 1})


def test_durations_alone_are_enough(tmp_path: Path) -> None:
    request = only(tmp_path, points(metrics=("http_req_duration",)))
    assert (request.ended_ns or 0) - request.intended_ns == 20_500_000


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({}, Outcome.OK),
        ({"status": "404", "expected_response": "true", "error_code": "1404"}, Outcome.OK),
        ({"status": "404", "expected_response": "false", "error_code": "1404"}, Outcome.WRONG),
        ({"status": "429", "expected_response": "false", "error_code": "1429"}, Outcome.REJECTED),
        ({"status": "503", "expected_response": "false", "error_code": "1503"}, Outcome.FAILED),
        ({"status": "503", "expected_response": "true", "error_code": "1503"}, Outcome.FAILED),
        ({"status": "0", "error_code": "1050", "error": "request timeout"}, Outcome.TIMEOUT),
        ({"status": "0", "error_code": "1211", "error": "dial: i/o timeout"}, Outcome.TIMEOUT),
        ({"status": "0", "error_code": "1212", "error": "dial: connection refused"}, Outcome.CONNECTION),
        ({"status": "0", "error_code": "1000", "error": "EOF"}, Outcome.CONNECTION),
        ({"status": "200", "error_code": "1220", "error": "read: connection reset"}, Outcome.CONNECTION),
        ({"status": "200", "error_code": "1701", "expected_response": "false"}, Outcome.WRONG),
    ],
)
def test_what_k6_tells_is_an_outcome(tags: dict[str, str], outcome: Outcome, tmp_path: Path) -> None:
    assert only(tmp_path, points(tags)).outcome is outcome


def test_without_an_opinion_of_k6_a_4xx_is_the_client_s(tmp_path: Path) -> None:
    content = points({"status": "404", "expected_response": ""}, metrics=METRICS[:-1])
    assert only(tmp_path, content).outcome is Outcome.OK
    expected = ReadOptions(expected=read_statuses("409"))
    assert only(tmp_path, content, expected).outcome is Outcome.WRONG


def test_dropped_iterations_are_arrivals_never_sent(tmp_path: Path) -> None:
    data = {"time": AT, "value": 3, "tags": {"scenario": "late"}}
    content = json.dumps({"metric": "dropped_iterations", "type": "Point", "data": data}) + "\n"
    requests, account = read_bytes(tmp_path, content, "k6-json")
    assert [one.outcome for one in requests] == [Outcome.UNDELIVERED] * 3
    assert {(one.started_ns, one.ended_ns) for one in requests} == {(None, None)}
    assert account.used == 1


@pytest.mark.parametrize("value", ["NaN", "-1", "1e9", "9" * 30])
def test_a_count_of_dropped_iterations_that_is_none_is_bad(value: str, tmp_path: Path) -> None:
    content = f"metric_name,timestamp,metric_value\ndropped_iterations,1795620494,{value}\n"
    with pytest.raises(InvalidFile, match=r"line 2, dropped_iterations: .*: must be a number"):
        read_bytes(tmp_path, content, "k6-csv")


def test_whether_a_request_failed_must_be_a_number(tmp_path: Path) -> None:
    rows = "http_req_duration,1795620494,5.0,200\nhttp_req_failed,1795620494,perhaps,200\n"
    with pytest.raises(InvalidFile, match="http_req_failed: 'perhaps': must be a number"):
        read_bytes(tmp_path, f"metric_name,timestamp,metric_value,status\n{rows}", "k6-csv")


def test_the_csv_of_the_same_run_tells_the_same_to_the_second() -> None:
    exact, _ = read_file(sample("k6.json.gz").path, "k6-json")
    coarse, account = read_file(sample("k6.csv.gz").path, "k6-csv")
    assert [(one.outcome, one.status, one.name, one.url) for one in exact] == [
        (one.outcome, one.status, one.name, one.url) for one in coarse
    ]
    for one, other in zip(exact, coarse, strict=True):
        assert (other.ended_ns or 0) == (one.ended_ns or 0) // 10**9 * 10**9
        if one.started_ns is not None and other.started_ns is not None:
            took_ns = (one.ended_ns or 0) - one.started_ns
            assert (other.ended_ns or 0) - other.started_ns == pytest.approx(took_ns, abs=1000)
    assert any("whole seconds" in remark for remark in account.remarks)
    assert any(one.tags.get("tenant") == "acme" for one in coarse)


@pytest.mark.parametrize(
    ("at", "at_ns"),
    [
        ("1795620494", 1_795_620_494_000_000_000),
        ("1795620494960", 1_795_620_494_960_000_000),
        ("1795620494960765", 1_795_620_494_960_765_000),
        ("1795620494960765717", 1_795_620_494_960_765_717),
        (AT, 1_795_620_494_960_765_717),
    ],
)
def test_instants_in_every_time_format_of_the_csv(at: str, at_ns: int, tmp_path: Path) -> None:
    content = f"metric_name,timestamp,metric_value,status\nhttp_req_duration,{at},5.0,200\n"
    (request,), _ = read_bytes(tmp_path, content, "k6-csv")
    assert request.ended_ns == at_ns


def test_a_file_that_a_kill_cut_is_read_to_there(tmp_path: Path) -> None:
    whole = gzip.decompress(sample("k6.json.gz").path.read_bytes())
    exact, _ = read_file(sample("k6.json.gz").path, "k6-json")
    for length in range(3000, len(whole), 997):
        requests, account = read_bytes(tmp_path, whole[:length], "k6-json")
        assert requests[:-1] == exact[: max(0, len(requests) - 1)]
        assert account.bad == 0
        assert account.seen == whole[:length].count(b"\n") + (not whole[:length].endswith(b"\n"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{]", "line 10: {]: must be one JSON object"),
        ('{"type": "Point"}', "line 10, metric: .* must be there"),
        ('{"metric": "http_reqs", "type": "Point", "data": 7}', "line 10, data: 7: must be an object"),
        (
            '{"metric": "http_reqs", "type": "Point", "data": {"time": 5, "value": 1}}',
            "line 10, data: .*: must have a time",
        ),
        (
            '{"metric": "http_reqs", "type": "Point", "data": {"time": "5", "value": 1}}',
            "line 10, data.time: '5': must be an instant",
        ),
        (points(metrics=("http_reqs",)).strip() + "\n" + points(), "http_req_duration: missing: must follow"),
        (points({"status": "OK"}), "status: 'OK': must be an HTTP status"),
        (points(values={"http_req_duration": -5.0}), "http_req_duration: '-5.000000000': must be a duration"),
    ],
)
def test_a_bad_line_says_where_it_is_and_what_is_allowed(line: str, told: str, tmp_path: Path) -> None:
    content = f"{points()}{line.strip()}\n{points()}"
    with pytest.raises(InvalidFile, match=told):
        read_bytes(tmp_path, content, "k6-json")
    requests, account = read_bytes(tmp_path, content, "k6-json", skip_bad=True)
    assert len(requests) >= 2
    assert account.bad >= 1
    assert account.seen == content.count("\n")


def test_a_csv_without_its_header_is_bad(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="a header must come first"):
        read_bytes(tmp_path, "http_reqs,1795620494,1.0\n", "k6-csv")
