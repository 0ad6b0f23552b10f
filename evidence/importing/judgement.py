"""What became of a request, from its status and from what the tool thought of it."""

import re
from dataclasses import dataclass

from evidence.importing.errors import BadValue, InvalidOption, shortened
from evidence.request_record import Outcome

_RANGE = re.compile(r"(\d{3})(?:-(\d{3}))?")
_FIRST_ERROR, _FIRST_SERVER_ERROR, _HIGHEST_STATUS = 400, 500, 999
_TOO_MANY_REQUESTS = 429
_TIMED_OUT = re.compile(r"time[d]?[- ]?out|deadline exceeded", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatusSet:
    """Statuses from 400 on that are right answers of the service under test."""

    ranges: tuple[tuple[int, int], ...]

    def __contains__(self, status: int) -> bool:
        return any(low <= status <= high for low, high in self.ranges)


def read_statuses(text: str) -> StatusSet:
    """`404,409-410`. Raises InvalidOption."""
    ranges = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None or not _FIRST_ERROR <= int(match[1]) <= int(match[2] or match[1]):
            raise InvalidOption(
                f"--expected-status {text!r}: must be statuses or ranges from 400 on, as 404,409-410"
            )
        ranges.append((int(match[1]), int(match[2] or match[1])))
    return StatusSet(tuple(ranges))


def status_of(where: str, text: str) -> int:
    """An HTTP status; 0 where there was no answer. Raises BadValue."""
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_STATUS:
        raise BadValue(where, repr(shortened(text)), "must be an HTTP status, or 0 for no answer")
    return int(text)


def judge_answer(status: int, *, content: bool | None, expected: StatusSet | None) -> Outcome:
    """What an answer amounts to.

    `content` is what the tool thought of it; None where the source has no opinion, as an access log: then a
    4xx is taken for the client's own doing, unless `expected` names those that are.
    """
    if expected is not None and status in expected:
        return Outcome.OK
    if status >= _FIRST_SERVER_ERROR:
        return Outcome.FAILED
    if status == _TOO_MANY_REQUESTS:
        return Outcome.REJECTED
    if content is None:
        content = expected is None or status < _FIRST_ERROR
    return Outcome.OK if content else Outcome.WRONG


def judge_silence(error: str) -> Outcome:
    """What it amounts to that no answer came, by the words of the error."""
    return Outcome.TIMEOUT if _TIMED_OUT.search(error) else Outcome.CONNECTION
