"""Gatling: the lines of a text simulation.log."""

from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.request_record import LatencyClock, Outcome
from tests.evidence.importing.sources import read_bytes

START, END = "1795620811092", "1795620811112"


@pytest.mark.parametrize(
    "line",
    [
        f"REQUEST\t\tget document\t{START}\t{END}\tOK\t ",
        f"REQUEST\t17\t\tget document\t{START}\t{END}\tOK\t ",
        f"REQUEST\treaders\t17\t\tget document\t{START}\t{END}\tOK\t ",
    ],
    ids=["since 3.4", "3.0 to 3.3", "2.x"],
)
def test_every_layout_of_a_request_is_read(line: str, tmp_path: Path) -> None:
    (request,), _ = read_bytes(tmp_path, f"{line}\n", "gatling")
    assert request.name == "get document"
    assert (request.intended_ns, request.ended_ns) == (int(START) * 10**6, int(END) * 10**6)
    assert (request.clock, request.status, request.outcome) == (LatencyClock.SENT, 0, Outcome.OK)


@pytest.mark.parametrize(
    ("message", "status", "outcome"),
    [
        ("status.find.in([200, 209], 304), found 503", 503, Outcome.FAILED),
        ("status.find.in(200,304,201,202), but actually found 404", 404, Outcome.WRONG),
        ("status.find.is(200), but actually found 429", 429, Outcome.REJECTED),
        ("jsonPath($.title).find.exists, found nothing", 0, Outcome.WRONG),
        ("my own check", 0, Outcome.WRONG),
        ("Request timeout to 127.0.0.1/127.0.0.1:31080 after 1000 ms", 0, Outcome.TIMEOUT),
        ("i.n.c.ConnectTimeoutException: connection timed out", 0, Outcome.TIMEOUT),
        ("j.n.ConnectException: finishConnect(..) failed: Connection refused", 0, Outcome.CONNECTION),
        ("j.i.IOException: Premature close", 0, Outcome.CONNECTION),
    ],
)
def test_what_a_ko_says_is_an_outcome(message: str, status: int, outcome: Outcome, tmp_path: Path) -> None:
    line = f"REQUEST\tgroup\tsearch\t{START}\t{END}\tKO\t{message}\n"
    (request,), _ = read_bytes(tmp_path, line, "gatling")
    assert (request.status, request.outcome, request.detail) == (status, outcome, message)
    assert request.tags == {"groups": "group"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"REQUEST\tsearch\t{START}\n", "line 1: 3 fields: a REQUEST must have 7"),
        (f"REQUEST\t\tsearch\t{END}\t{START}\tOK\t \n", "line 1, end: .*: must be a duration"),
        (f"REQUEST\t\tsearch\t{START}\t{END}\tMAYBE\t \n", "line 1, status: 'MAYBE': must be OK or KO"),
        (f"REQUEST\t\tsearch\tx\t{END}\tOK\t \n", "line 1, start: 'x': must be a number"),
        ("HTTP\tx\n", "line 1: 'HTTP': must be REQUEST or one of RUN, USER"),
    ],
)
def test_a_bad_line_says_where_it_is_and_what_is_allowed(line: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=told):
        read_bytes(tmp_path, line, "gatling")


def test_a_last_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    line = f"REQUEST\t\tsearch\t{START}\t{END}\tOK\t "
    requests, account = read_bytes(tmp_path, f"{line}\n{line[:-30]}", "gatling")
    assert (len(requests), account.used, account.cut) == (1, 1, 1)
