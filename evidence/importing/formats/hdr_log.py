"""HdrHistogram: an interval log (.hlog) with compressed V2 histograms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, InvalidOption, shortened
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions
from evidence.importing.formats.hdr_histogram import decode
from evidence.importing.formats.hdr_requests import Value, check_answered, requests_of_counts, unit_of
from evidence.importing.instants import NS_PER_S, checked_duration, checked_instant, scaled_ns
from evidence.importing.reading import PassedOver, read_lines
from evidence.importing.source_file import Line, SourceFile
from evidence.request_record import LatencyClock, Outcome

LATENCY = (
    "what the recording program measured from: the moment it sent, unless --clock intended says that it "
    "corrects for coordinated omission (YCSB's Intended-… measurements do)"
)
OPTIONS = frozenset({"unit_ns", "clock", "started_at_ns", "assume_answered"})
_LINE = re.compile(r"(?:Tag=([^,\s]*)[,\s]\s*)?([\d.]+)[,\s]\s*([\d.]+)[,\s]\s*([\d.]+)[,\s]\s*(HIST\S+|\S+)")
_BASE = re.compile(r"#\[(StartTime|BaseTime):\s*([\d.]+)")
_A_YEAR_NS = 365 * 86_400 * NS_PER_S


@dataclass(frozen=True, slots=True)
class _Interval:
    """One line of the log."""

    tag: str | None
    start_ns: int
    """As it is written: since 1970, or since the log's base time."""
    length_ns: int
    counts: tuple[tuple[Value, int], ...]


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """A request for each value that was counted."""
    unit_ns = unit_of(options)
    check_answered(options, account)
    clock = options.clock or LatencyClock.SENT
    bases: dict[str, int] = {}

    def parse(line: Line) -> _Interval | PassedOver:
        if line.data.startswith(b"#"):
            bases.update(_base_times(line))
            return PassedOver("comments")
        if line.data.startswith((b'"StartTimestamp"', b'"Timestamp"')):
            return PassedOver("legends")
        return _interval(line, unit_ns)

    for interval in read_lines(source, account, parse):
        start_ns = _absolute(interval.start_ns, bases, options)
        yield from requests_of_counts(interval.counts, start_ns, interval.length_ns, clock, name=interval.tag)


def _interval(line: Line, unit_ns: int) -> _Interval:
    match = _LINE.fullmatch(line.text.strip())
    if match is None:
        allowed = "must be [Tag=NAME,]start,length,highest,histogram"
        raise BadValue("", repr(shortened(line.text)), allowed)
    tag, start, length, _, histogram = match.groups()
    length_ns = checked_duration("interval length", scaled_ns("interval length", length, NS_PER_S), length)
    recorded = decode(histogram)
    detail = f"of a histogram over {length} s, {recorded.digits} digits of the latency are known"
    counts = tuple(
        (Value(checked_duration("histogram", value * unit_ns, value), Outcome.OK, detail), count)
        for value, count in recorded.counts
    )
    return _Interval(tag or None, scaled_ns("start", start, NS_PER_S), length_ns, counts)


def _base_times(line: Line) -> dict[str, int]:
    match = _BASE.match(line.text)
    return {match[1]: scaled_ns(match[1], match[2], NS_PER_S)} if match else {}


def _absolute(start_ns: int, bases: dict[str, int], options: ReadOptions) -> int:
    """As HistogramLogReader of the Java library has it: timestamps count from the base time; without one,
    from the start time where they lie more than a year before it, else they are absolute.
    """
    if options.started_at_ns is not None:
        return options.started_at_ns + (start_ns if start_ns < _A_YEAR_NS else 0)
    base_ns = bases.get("BaseTime")
    if base_ns is None:
        begun_ns = bases.get("StartTime", 0)
        base_ns = begun_ns if start_ns < begun_ns - _A_YEAR_NS else 0
    try:
        return checked_instant("start", base_ns + start_ns, start_ns / NS_PER_S)
    except BadValue as error:
        raise InvalidOption(
            "the log says neither when it began (StartTime, BaseTime) nor absolute instants: say it with "
            "--started-at"
        ) from error


def _recognises(head: bytes) -> bool:
    lines = head.decode("utf-8", "replace").splitlines()[:50]
    return any(
        line.startswith(("#[Histogram log format", '"StartTimestamp"'))
        or re.search(r",HIST[A-Za-z0-9+/]", line)
        for line in lines
    )


FORMAT = Format("hdr-log", "hdrhistogram", "HdrHistogram, interval log", LATENCY, _recognises, read, OPTIONS)
