"""One sample of JMeter, whatever it was written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import NO_TAGS, ForeignRequest, Times
from evidence.importing.format import ReadOptions
from evidence.importing.instants import NS_PER_MS, duration_ns
from evidence.importing.judgement import judge_answer, judge_silence
from evidence.request_record import Outcome

LATENCY = (
    "the moment JMeter sent: connecting and the parts of a request (redirects, embedded files) are in it; a "
    "thread that waits for an answer sends later than planned, and that wait is not in it"
)
_NO_HTTP = "Non HTTP response code"
_FIRST_ERROR = 400
_LONGEST_STATUS = 3
TRANSACTION = "Number of samples in transaction"
"""How the message of a transaction begins: it is a sum of samples, not one."""


@dataclass(frozen=True, slots=True)
class JmeterSample:
    """Its fields, with the names of JMeter."""

    at_ns: int
    """timeStamp: when it began (sampleresult.timestamp.start, set in JMeter's own settings)."""
    elapsed: str
    label: str
    response_code: str
    response_message: str
    success: str
    failure: str
    thread: str
    bytes: str
    url: str
    tags: Mapping[str, str] = NO_TAGS

    def as_request(self, options: ReadOptions) -> ForeignRequest:
        """As evidence has it. Raises BadValue."""
        times = Times.sent(self.at_ns, duration_ns("elapsed", self.elapsed, NS_PER_MS))
        status = self._status()
        outcome = self._outcome(status, options)
        return ForeignRequest(
            times.intended_ns,
            times.started_ns,
            times.ended_ns,
            times.clock,
            status,
            outcome,
            name=self.label or None,
            url=self.url if self.url not in {"", "null"} else None,
            persona=self.thread.rsplit(" ", 1)[0] or None,
            tags=self.tags,
            bytes=int(self.bytes) if self.bytes.isdecimal() else 0,
            detail=None if outcome is Outcome.OK else self._detail(),
        )

    def _status(self) -> int:
        code = self.response_code
        return int(code) if code.isascii() and code.isdecimal() and len(code) <= _LONGEST_STATUS else 0

    def _outcome(self, status: int, options: ReadOptions) -> Outcome:
        if self.success not in {"true", "false"}:
            raise BadValue("success", repr(shortened(self.success)), "must be true or false")
        content = self.success == "true"
        if self.response_code.startswith(_NO_HTTP):
            return judge_silence(f"{self.response_code} {self.response_message}")
        if self.failure and status < _FIRST_ERROR:
            content = False
        return judge_answer(status, content=content, expected=options.expected)

    def _detail(self) -> str | None:
        return self.failure or self.response_message or self.response_code or None
