"""One result of Vegeta, whatever it was written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.importing.errors import BadValue
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import ReadOptions
from evidence.importing.instants import checked_duration, checked_instant
from evidence.importing.judgement import judge_answer, judge_silence, status_of
from evidence.request_record import Outcome

LATENCY = (
    "the moment Vegeta sent: connecting is in it; a hit that waited because all workers were busy was sent "
    "later than planned, and that wait is not in it (the file has no planned instant)"
)
_FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class VegetaResult:
    """Its fields, with the names and units of Vegeta."""

    code: int
    timestamp_ns: int
    latency_ns: int
    bytes_in: int
    error: str
    method: str
    url: str
    attack: str

    def as_request(self, options: ReadOptions) -> ForeignRequest:
        """As evidence has it. Raises BadValue."""
        started_ns = checked_instant("timestamp", self.timestamp_ns, self.timestamp_ns)
        times = Times.sent(started_ns, checked_duration("latency", self.latency_ns, self.latency_ns))
        status = status_of("code", str(self.code))
        outcome = self._outcome(status, options)
        return ForeignRequest(
            times.intended_ns,
            times.started_ns,
            times.ended_ns,
            times.clock,
            status,
            outcome,
            method=self.method or None,
            url=self.url or None,
            tags=self._tags(),
            bytes=self.bytes_in,
            detail=None if outcome is Outcome.OK else self.error or None,
        )

    def _outcome(self, status: int, options: ReadOptions) -> Outcome:
        if status == 0 or (self.error and status < _FIRST_ERROR):
            return judge_silence(self.error)  # with a good status the body broke off
        return judge_answer(status, content=not self.error, expected=options.expected)

    def _tags(self) -> Mapping[str, str]:
        return {"attack": self.attack} if self.attack else {}


def whole_number(where: str, value: object) -> int:
    """A number of 0 or more. Raises BadValue."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise BadValue(where, repr(value)[:80], "must be a whole number, 0 or more")
