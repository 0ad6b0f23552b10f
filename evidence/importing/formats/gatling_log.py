"""Gatling: the text simulation.log of versions 3.0 to 3.11."""

import re
from collections.abc import Iterator

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.instants import NS_PER_MS, checked_duration, epoch_ns
from evidence.importing.judgement import judge_answer, judge_silence
from evidence.importing.reading import PassedOver, read_lines
from evidence.importing.source_file import Line, SourceFile
from evidence.request_record import Outcome

LATENCY = (
    "the moment Gatling sent: connecting and resolving are in it; a user who started late, or waits for an "
    "answer, sends later than planned, and that wait is not in it"
)
_KINDS = {
    "RUN": "the head of the run",
    "USER": "starts and ends of users",
    "GROUP": "sums of groups",
    "ERROR": "errors of the simulation itself",
    "ASSERTION": "assertions",
}
_FOUND_STATUS = re.compile(r"status\S*.*?\bfound (\d{3})\b")
_CHECKED = re.compile(r"\b(?:find|findAll|count|exists|found|validate|transform)\b")
_TRANSPORT = re.compile(r"Exception|timeout|\bclosed?\b|connection|handshake", re.IGNORECASE)
_OK, _KO = "OK", "KO"


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests."""
    return read_lines(source, account, lambda line: _parsed(line, options))


def _parsed(line: Line, options: ReadOptions) -> ForeignRequest | PassedOver:
    fields = line.text.split("\t")
    if fields[0] in _KINDS:
        return PassedOver(_KINDS[fields[0]])
    if fields[0] != "REQUEST":
        allowed = f"must be REQUEST or one of {', '.join(_KINDS)}"
        raise BadValue("", repr(shortened(fields[0])), allowed)
    # REQUEST, up to 3.3 the user's number, groups, name, start, end, OK or KO, message.
    *_, groups, name, start, end, status, message = _at_least(fields, 7)
    started_ns = epoch_ns("start", start, NS_PER_MS)
    took_ns = checked_duration("end", epoch_ns("end", end, NS_PER_MS) - started_ns, end)
    times = Times.sent(started_ns, took_ns)
    http_status, outcome = _judged(status, message.strip(), options)
    return ForeignRequest(
        times.intended_ns,
        times.started_ns,
        times.ended_ns,
        times.clock,
        http_status,
        outcome,
        name=name,
        tags={"groups": groups} if groups else {},
        detail=None if outcome is Outcome.OK else message.strip() or None,
    )


def _at_least(fields: list[str], count: int) -> list[str]:
    if len(fields) < count:
        raise BadValue("", f"{len(fields)} fields", f"a REQUEST must have {count}, with tabs between")
    return fields


def _judged(status: str, message: str, options: ReadOptions) -> tuple[int, Outcome]:
    """HTTP status (0 where the log does not say it) and outcome."""
    if status == _OK:
        return 0, Outcome.OK
    if status != _KO:
        raise BadValue("status", repr(shortened(status)), f"must be {_OK} or {_KO}")
    found = _FOUND_STATUS.search(message)
    if found is not None:
        return int(found[1]), judge_answer(int(found[1]), content=False, expected=options.expected)
    if _CHECKED.search(message):
        return 0, Outcome.WRONG
    return 0, judge_silence(message) if _TRANSPORT.search(message) else Outcome.WRONG


def _recognises(head: bytes) -> bool:
    return first_line(head).split("\t", 1)[0] in {"RUN", "ASSERTION", "REQUEST"} and "\t" in first_line(head)


FORMAT = Format("gatling", "gatling", "Gatling, text simulation.log up to 3.11", LATENCY, _recognises, read)
