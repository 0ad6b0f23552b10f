"""nginx and Envoy: lines taken apart by the format that they were written with."""

import time
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing.errors import InvalidOption
from evidence.importing.format import ReadOptions
from evidence.importing.instants import rfc3339_ns, zone_named
from evidence.importing.judgement import read_statuses
from evidence.request_record import LatencyClock, Outcome
from tests.evidence.importing.sources import format_named, read_bytes, read_file, sample

COMBINED = (
    '10.0.0.1 - jane doe [25/Nov/2026:16:35:06 +0100] "GET /a?b=c HTTP/2.0" 200 32 "-" "curl \\x22x\\x22"'
)
AT_NS = rfc3339_ns("", "2026-11-25T15:35:06Z")


def test_a_combined_line_has_no_latency(tmp_path: Path) -> None:
    (request,), account = read_bytes(tmp_path, f"{COMBINED}\n", "nginx")
    assert (request.intended_ns, request.started_ns, request.ended_ns) == (AT_NS, None, AT_NS)
    assert (request.method, request.url, request.bytes) == ("GET", "/a?b=c", 32)
    assert request.tags["remote_user"] == "jane doe"
    assert any("no $request_time" in remark for remark in account.remarks)


@pytest.mark.parametrize("end", [" 0.250", ' "10.1.1.1" 0.250'])
def test_a_request_time_at_the_end_is_recognised(end: str, tmp_path: Path) -> None:
    assert format_named("nginx").recognises(f"{COMBINED}{end}\n".encode())
    (request,), _ = read_bytes(tmp_path, f"{COMBINED}{end}\n", "nginx")
    assert (request.started_ns, request.ended_ns) == (AT_NS - 250_000_000, AT_NS)
    assert request.clock is LatencyClock.SENT


@pytest.mark.parametrize("end", [" 250000", ' "10.1.1.1" 250000'])
def test_microseconds_at_the_end_are_not_taken_for_seconds(end: str, tmp_path: Path) -> None:
    """Apache's `combined` with %D."""
    assert not format_named("nginx").recognises(f"{COMBINED}{end}\n".encode())
    with pytest.raises(InvalidOption, match="give the log_format"):
        read_bytes(tmp_path, f"{COMBINED}{end}\n", "nginx")


def test_a_forwarded_address_at_the_end_is_recognised(tmp_path: Path) -> None:
    (request,), _ = read_bytes(tmp_path, f'{COMBINED} "10.1.1.1"\n', "nginx")
    assert request.tags["http_x_forwarded_for"] == "10.1.1.1"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("200", Outcome.OK),
        ("302", Outcome.OK),
        ("404", Outcome.OK),
        ("429", Outcome.REJECTED),
        ("499", Outcome.TIMEOUT),
        ("444", Outcome.CONNECTION),
        ("000", Outcome.CONNECTION),
        ("502", Outcome.FAILED),
        ("504", Outcome.FAILED),
    ],
)
def test_what_a_status_of_nginx_amounts_to(status: str, outcome: Outcome, tmp_path: Path) -> None:
    (request,), _ = read_bytes(tmp_path, f"{COMBINED.replace(' 200 ', f' {status} ')}\n", "nginx")
    assert request.outcome is outcome


def test_what_is_no_request_still_counts_by_its_answer() -> None:
    requests, _ = read_file(sample("nginx-combined.log").path, "nginx")
    assert (requests[-1].name, requests[-1].method, requests[-1].status) == ("no request line", None, 400)


def test_a_log_format_of_one_s_own(tmp_path: Path) -> None:
    written = "${time_iso8601}|$host|$request_method|$uri|$status|${request_time}s"
    line = "2026-11-25T16:35:06+01:00|a.example|PUT|/x|201|0.004s\n"
    (request,), _ = read_bytes(tmp_path, line, "nginx", ReadOptions(log_format=written))
    assert (request.method, request.url, request.origin) == ("PUT", "/x", "a.example")
    assert (request.intended_ns, request.ended_ns) == (AT_NS - 4_000_000, AT_NS)


@pytest.mark.parametrize(
    ("name", "log_format", "told"),
    [
        ("nginx", "$status only", r"must have \$status and one of \$msec"),
        ("nginx", "$msec", r"must have \$status"),
        ("nginx", "no variable", "has no variable"),
        ("nginx", "$msec$status", "there must be some text after msec"),
        ("envoy", "%START_TIME% %DURATION%", "must have %RESPONSE_CODE%"),
        ("envoy", "nothing", "has no variable"),
    ],
)
def test_a_log_format_that_cannot_do_says_what_it_lacks(
    name: str, log_format: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidOption, match=told):
        read_bytes(tmp_path, "x\n", name, ReadOptions(log_format=log_format))


def test_a_first_line_of_another_format_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="give the log_format"):
        read_bytes(tmp_path, "one two three\n", "nginx")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("25/Nov", "25/Noc", r"line 2, \$time_local: .*: must be an instant as 25/Nov"),
        (" 200 ", " two ", r"line 2, \$status: 'two': must be an HTTP status"),
        (" 32 ", " many ", r"line 2, \$body_bytes_sent: 'many': must be a whole number"),
        (" 32 ", " 3² ", r"line 2, \$body_bytes_sent: '3²': must be a whole number"),
        ('"GET', "GET", "line 2: .*: must be written as"),
    ],
)
def test_a_bad_line_says_where_it_is_and_what_is_allowed(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    content = f"{COMBINED}\n{COMBINED.replace(old, new)}\n{COMBINED}\n"
    with pytest.raises(InvalidFile, match=told):
        read_bytes(tmp_path, content, "nginx")
    requests, account = read_bytes(tmp_path, content, "nginx", skip_bad=True)
    assert (len(requests), account.bad) == (2, 1)


def test_expected_statuses_leave_the_others_wrong(tmp_path: Path) -> None:
    lines = "".join(f"{COMBINED.replace(' 200 ', f' {status} ')}\n" for status in (200, 404, 403))
    requests, _ = read_bytes(tmp_path, lines, "nginx", ReadOptions(expected=read_statuses("404")))
    assert [one.outcome for one in requests] == [Outcome.OK, Outcome.OK, Outcome.WRONG]


def test_the_default_format_of_envoy() -> None:
    requests, _ = read_file(sample("envoy-default.log").path, "envoy")
    first = requests[0]
    assert first.intended_ns == rfc3339_ns("", "2026-11-25T15:35:38.423Z")
    assert (first.ended_ns or 0) - first.intended_ns == 8_000_000
    assert (first.url, first.origin, first.bytes) == ("/documents/1", "127.0.0.1:31082", 32)
    assert first.tags["user-agent"] == 'curl "quoted"'


def test_what_envoy_says_of_each_request() -> None:
    requests, _ = read_file(sample("envoy-default.log").path, "envoy")
    told = {one.url: (one.outcome, one.detail) for one in requests}
    assert told["/slow?s=1"] == (Outcome.FAILED, "status 504, response flags UT")
    assert told["/nobody"] == (Outcome.FAILED, "status 503, response flags UF")
    assert told["/slow?s=0.2"] == (Outcome.TIMEOUT, "status 0, response flags DC")
    assert told["/documents/4"] == (Outcome.OK, None)
    assert requests[-1].name == "no request line"


def test_an_answer_that_envoy_never_gave_is_a_lost_connection(tmp_path: Path) -> None:
    written = "%START_TIME(%s.%3f)% %RESPONSE_CODE% %RESPONSE_FLAGS% %DURATION%"
    line = "1795620938.423 0 DR 5\n"
    (request,), _ = read_bytes(tmp_path, line, "envoy", ReadOptions(log_format=written))
    assert request.outcome is Outcome.CONNECTION


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("200 -", Outcome.OK),
        ("200 DI", Outcome.OK),
        ("200 UC", Outcome.CONNECTION),
        ("200 UpstreamProtocolError", Outcome.CONNECTION),
        ("206 DI,UR", Outcome.CONNECTION),
        ("200 UT", Outcome.TIMEOUT),
        ("200 SI", Outcome.TIMEOUT),
        ("200 DC", Outcome.TIMEOUT),
        ("429 RL", Outcome.REJECTED),
        ("404 NR", Outcome.OK),
        ("504 UT", Outcome.FAILED),
    ],
)
def test_a_good_status_whose_answer_broke_off_is_no_good_answer(
    answer: str, outcome: Outcome, tmp_path: Path
) -> None:
    written = "%START_TIME(%s.%3f)% %RESPONSE_CODE% %RESPONSE_FLAGS% %DURATION%"
    options = ReadOptions(log_format=written)
    (request,), _ = read_bytes(tmp_path, f"1795620938.423 {answer} 5\n", "envoy", options)
    assert request.outcome is outcome


def test_request_headers_have_two_spellings(tmp_path: Path) -> None:
    written = "%START_TIME% %REQUEST_HEADER(:METHOD)% %REQUEST_HEADER(X-A?:PATH)% %RESPONSE_CODE%"
    line = "2026-11-25T15:35:06.000Z PUT /documents/1 200\n"
    (request,), _ = read_bytes(tmp_path, line, "envoy", ReadOptions(log_format=written))
    assert (request.method, request.url) == ("PUT", "/documents/1")


def test_headers_in_envoy_s_format_are_tags() -> None:
    requests, _ = read_file(sample("envoy-own.log").path, "envoy", sample("envoy-own.log").read)
    assert requests[0].tags["x-tenant"] == "acme-lon"
    assert requests[0].method == "GET"


def test_a_start_time_without_a_zone_takes_the_one_that_is_given(tmp_path: Path) -> None:
    written = "%START_TIME(%Y-%m-%d %H:%M:%S)% %RESPONSE_CODE% %DURATION%"
    line = "2026-11-25 16:35:06 200 5\n"
    with pytest.raises(InvalidFile, match="--time-zone"):
        read_bytes(tmp_path, line.replace(" 16", "T16"), "envoy", ReadOptions(log_format=written))
    options = ReadOptions(log_format=written.replace(")% ", ")%|"), zone=zone_named("Europe/Berlin"))
    (request,), _ = read_bytes(tmp_path, line.replace("06 ", "06|"), "envoy", options)
    assert request.intended_ns == AT_NS


def test_without_a_duration_there_is_no_latency(tmp_path: Path) -> None:
    options = ReadOptions(log_format="%START_TIME% %RESPONSE_CODE%")
    (request,), account = read_bytes(tmp_path, "2026-11-25T15:35:06.000Z 200\n", "envoy", options)
    assert request.started_ns is None
    assert any("no %DURATION%" in remark for remark in account.remarks)


def test_no_line_takes_longer_than_its_length(tmp_path: Path) -> None:
    hostile = f'[2026-11-25T15:35:38.423Z] "{chr(34) + " " + chr(34)}' + '" "' * 300_000 + "\n"
    began_s = time.process_time()
    _, account = read_bytes(tmp_path, hostile, "envoy", skip_bad=True)
    assert time.process_time() - began_s < 5
    assert account.seen == 1
