"""JMeter: samples in CSV and XML; sums of transactions and parts of requests count once."""

from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing.format import ReadOptions
from evidence.importing.instants import rfc3339_ns, zone_named
from evidence.request_record import Outcome
from tests.evidence.importing.sources import read_bytes, read_file, sample

HEADER = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,failureMessage,bytes,URL"


def table(*rows: str) -> str:
    return "".join(f"{row}\n" for row in (HEADER, *rows))


@pytest.mark.parametrize("file", ["jmeter.csv", "jmeter.xml"])
def test_both_forms_of_a_plan_tell_the_same(file: str) -> None:
    requests, account = read_file(sample(file).path, sample(file).format)
    told = [(one.name, one.status, one.outcome) for one in requests]
    assert told == 2 * [
        ("get document", 200, Outcome.OK),
        ("busy", 503, Outcome.FAILED),
        ("slow", 0, Outcome.TIMEOUT),
        ("nobody", 0, Outcome.CONNECTION),
        ("moved", 200, Outcome.OK),
        ('search, "quoted"', 200, Outcome.OK),
        ("asserted", 200, Outcome.WRONG),
    ]
    assert account.passed_over["parts of requests"] == 4
    assert account.passed_over["sums of transactions"] == 2


def test_a_redirect_takes_as_long_as_all_of_its_parts() -> None:
    requests, _ = read_file(sample("jmeter.xml").path, "jmeter-xml")
    moved = next(one for one in requests if one.name == "moved")
    assert (moved.ended_ns or 0) - moved.intended_ns == 43_000_000
    assert moved.url == "http://127.0.0.1:31080/search?q=moved"


def test_a_label_that_ends_like_a_part_s_is_a_request_of_its_own(tmp_path: Path) -> None:
    rows = (
        "1795620795471,10,page,200,OK,users 1-1,true,,5,http://a/",
        "1795620795471,4,page-0,302,Found,users 1-1,true,,5,http://a/",
        "1795620795490,4,page-1,200,OK,users 1-1,true,,5,http://a/",
        "1795620795490,4,other-1,200,OK,users 1-1,true,,5,http://a/",
        "1795620795474,4,page-2,200,OK,users 1-2,true,,5,http://a/",
    )
    requests, account = read_bytes(tmp_path, table(*rows), "jmeter-csv")
    assert [one.name for one in requests] == ["page", "page-1", "other-1", "page-2"]
    assert account.passed_over["parts of requests"] == 1


def test_parts_of_parts_count_once(tmp_path: Path) -> None:
    """An embedded file that is redirected is a part with parts of its own."""
    rows = (
        "1795620795471,20,page,200,OK,users 1-1,true,,5,http://a/",
        "1795620795471,4,page-0,200,OK,users 1-1,true,,5,http://a/",
        "1795620795476,10,page-1,200,OK,users 1-1,true,,5,http://a/logo",
        "1795620795476,4,page-1-0,302,Found,users 1-1,true,,5,http://a/logo",
        "1795620795481,4,page-1-1,200,OK,users 1-1,true,,5,http://a/logo.png",
        "1795620795486,4,page-2,200,OK,users 1-1,true,,5,http://a/style",
    )
    requests, account = read_bytes(tmp_path, table(*rows), "jmeter-csv")
    assert [one.name for one in requests] == ["page"]
    assert account.passed_over["parts of requests"] == 5


@pytest.mark.parametrize(
    ("stamp", "zone"),
    [
        ("1795622400250", None),
        ("2026/11/25 17:00:00.250", "Europe/Berlin"),
        ("2026-11-25 16:00:00.250", "+00:00"),
        ("2026-11-25T16:00:00.250Z", None),
    ],
)
def test_a_time_stamp_in_milliseconds_or_written_out(stamp: str, zone: str | None, tmp_path: Path) -> None:
    options = ReadOptions(zone=None if zone is None else zone_named(zone))
    row = f"{stamp},10,page,200,OK,users 1-1,true,,5,http://a/"
    (request,), _ = read_bytes(tmp_path, table(row), "jmeter-csv", options)
    assert request.intended_ns == rfc3339_ns("", "2026-11-25T16:00:00.250Z")


def test_a_written_time_stamp_without_a_zone_asks_for_it(tmp_path: Path) -> None:
    row = "2026/11/25 16:00:00.250,10,page,200,OK,users 1-1,true,,5,http://a/"
    with pytest.raises(InvalidFile, match="names no time zone: give the one of the log with --time-zone"):
        read_bytes(tmp_path, table(row), "jmeter-csv")


def test_other_delimiters_are_seen_from_the_header(tmp_path: Path) -> None:
    row = "1795620795471,10,page,200,OK,users 1-1,true,,5,http://a/"
    for delimiter in ("\t", ";", "|"):
        content = table(row).replace(",", delimiter)
        assert len(read_bytes(tmp_path, content, "jmeter-csv")[0]) == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("x,10,page,200,OK,users 1-1,true,,5,", "line 2, timeStamp: 'x': must be an instant"),
        ("1795620795471,-1,page,200,OK,users 1-1,true,,5,", "line 2, elapsed: '-1': must be a duration"),
        ("1795620795471,10,page,200,OK,users 1-1,perhaps,,5,", "line 2, success: 'perhaps': must be true"),
        ("1795620795471,10", "line 2, label: missing: must have 10 columns, has 2"),
    ],
)
def test_a_bad_row_says_where_it_is_and_what_is_allowed(row: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=told):
        read_bytes(tmp_path, table(row), "jmeter-csv")


def test_a_header_that_lacks_a_column_says_which(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidFile, match=r"success: missing: the header must name .* jmeter\.save\.saveservice"
    ):
        read_bytes(tmp_path, "timeStamp,elapsed,label\n1795620795471,10,page\n", "jmeter-csv")
    with pytest.raises(InvalidFile, match="a header must come first"):
        read_bytes(tmp_path, "1795620795471,10,page\n", "jmeter-csv")


def test_a_failure_message_over_several_lines_is_one_row(tmp_path: Path) -> None:
    row = '1795620795471,10,page,200,OK,users 1-1,false,"Test failed:\nexpected x\n",5,http://a/'
    (request,), account = read_bytes(tmp_path, table(row), "jmeter-csv")
    assert (request.outcome, request.detail) == (Outcome.WRONG, "Test failed:\nexpected x\n")
    assert (account.used, account.seen) == (3, 4)


def test_an_xml_file_that_a_kill_cut_is_read_to_there(tmp_path: Path) -> None:
    whole = sample("jmeter.xml").path.read_bytes()
    exact, _ = read_file(sample("jmeter.xml").path, "jmeter-xml")
    for length in range(200, len(whole) - 20, 131):
        requests, account = read_bytes(tmp_path, whole[:length], "jmeter-xml")
        assert requests == exact[: len(requests)]
        assert account.bad == 0
        assert any("JMeter was killed" in remark for remark in account.remarks)


def test_broken_xml_is_refused_even_where_lines_may_be_skipped(tmp_path: Path) -> None:
    broken = sample("jmeter.xml").path.read_bytes().replace(b"</httpSample>", b"</oops>", 1)
    with pytest.raises(InvalidFile, match="line 5: mismatched tag: must be well-formed XML"):
        read_bytes(tmp_path, broken, "jmeter-xml", skip_bad=True)


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><testResults>&a;</testResults>'
    with pytest.raises(InvalidFile, match="no JTL file declares a document type"):
        read_bytes(tmp_path, bomb, "jmeter-xml")


def test_a_bad_sample_is_named_by_its_line(tmp_path: Path) -> None:
    content = sample("jmeter.xml").path.read_text().replace('s="true"', 's="perhaps"', 1)
    with pytest.raises(InvalidFile, match="line 3, success: 'perhaps': must be true or false"):
        read_bytes(tmp_path, content, "jmeter-xml")
    requests, account = read_bytes(tmp_path, content, "jmeter-xml", skip_bad=True)
    assert (len(requests), account.bad) == (13, 1)


def test_samples_of_other_protocols_are_requests_too(tmp_path: Path) -> None:
    content = (
        '<testResults version="1.2"><sample t="5" ts="1795620795471" s="true" lb="query" rc="200" rm="OK" '
        'tn="db users 1-1"/></testResults>'
    )
    (request,), _ = read_bytes(tmp_path, content, "jmeter-xml")
    assert (request.name, request.persona, request.outcome) == ("query", "db users", Outcome.OK)
