"""What an answer, or none, amounts to."""

import pytest

from evidence.importing.errors import BadValue, InvalidOption
from evidence.importing.judgement import judge_answer, judge_silence, read_statuses, status_of
from evidence.request_record import Outcome


@pytest.mark.parametrize(
    ("status", "content", "expected", "outcome"),
    [
        (200, True, None, Outcome.OK),
        (200, False, None, Outcome.WRONG),
        (404, True, None, Outcome.OK),
        (404, False, None, Outcome.WRONG),
        (429, True, None, Outcome.REJECTED),
        (429, False, None, Outcome.REJECTED),
        (503, True, None, Outcome.FAILED),
        (0, False, None, Outcome.WRONG),
        (200, None, None, Outcome.OK),
        (404, None, None, Outcome.OK),
        (404, None, "404", Outcome.OK),
        (403, None, "404", Outcome.WRONG),
        (302, None, "404", Outcome.OK),
        (404, False, "400-410", Outcome.OK),
        (429, False, "429", Outcome.OK),
        (503, False, "503", Outcome.OK),
        (200, False, "404", Outcome.WRONG),
    ],
)
def test_what_an_answer_amounts_to(
    status: int, content: bool | None, expected: str | None, outcome: Outcome
) -> None:
    statuses = None if expected is None else read_statuses(expected)
    assert judge_answer(status, content=content, expected=statuses) is outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("context deadline exceeded (Client.Timeout exceeded while awaiting headers)", Outcome.TIMEOUT),
        ("Request timeout to 127.0.0.1/127.0.0.1:31080 after 1000 ms", Outcome.TIMEOUT),
        ("Read timed out", Outcome.TIMEOUT),
        ("java.net.SocketTimeoutException", Outcome.TIMEOUT),
        ("dial tcp: connect: connection refused", Outcome.CONNECTION),
        ("EOF", Outcome.CONNECTION),
        ("", Outcome.CONNECTION),
    ],
)
def test_what_it_amounts_to_that_no_answer_came(error: str, outcome: Outcome) -> None:
    assert judge_silence(error) is outcome


def test_statuses_and_their_ranges() -> None:
    statuses = read_statuses("404, 409-410")
    assert [status for status in range(400, 500) if status in statuses] == [404, 409, 410]
    for wrong in ("", "200", "404-400", "4xx", "404,"):
        with pytest.raises(InvalidOption, match="--expected-status"):
            read_statuses(wrong)


def test_a_status_is_a_number_below_a_thousand() -> None:
    assert status_of("code", "503") == 503
    assert status_of("code", "0") == 0
    for wrong in ("", "-", "1000", "２００", "-1"):
        with pytest.raises(BadValue, match="must be an HTTP status"):
            status_of("code", wrong)
