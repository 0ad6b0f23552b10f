"""HdrHistogram: the plain percentile output (.hgrm), alone or within what wrk2 prints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.formats.hdr_log import LATENCY, OPTIONS
from evidence.importing.formats.hdr_requests import Value, check_answered, requests_of_counts, unit_of
from evidence.importing.instants import checked_duration, scaled_ns
from evidence.importing.source_file import Line, SourceFile
from evidence.request_record import LatencyClock, Outcome

HEADER = re.compile(r"\s*Value\s+Percentile\s+TotalCount\s+1/\(1-Percentile\)\s*")
_ROW = re.compile(r"\s*(\d+(?:\.\d+)?)\s+([01]\.\d+)\s+(\d+)(?:\s+(?:[\d.]+|inf|Infinity|∞))?\s*")
_TOTAL = re.compile(r"#\[Max\s*=\s*[\d.]+,\s*Total ?[cC]ount\s*=\s*(\d+)(?:\.0+)?\]")
_COMMENT = "#["
_MEANING = (
    "A percentile output tells how many latencies lie between two percentiles: each of them stands with the "
    "higher one"
)
_PLACED = (
    "A percentile output does not say when requests were made: all stand at one instant, that of "
    "--started-at or else when the file was written"
)


@dataclass(slots=True)
class Spectrum:
    """The rows of one output, while they come."""

    unit_ns: int
    counts: list[tuple[int, int]]
    """Latency in nanoseconds, and how many lie above the row before and up to this one."""
    total: int = 0
    percentile: float = 0.0
    declared: int | None = None

    def take(self, line: Line) -> bool:
        """Take a row or a comment; False for what is neither. Raises BadValue."""
        text = line.text
        total = _TOTAL.match(text)
        if total is not None:
            self.declared = int(total[1])
        if text.startswith(_COMMENT):
            return True
        match = _ROW.fullmatch(text)
        if match is None:
            return False
        latency_ns = checked_duration("Value", scaled_ns("Value", match[1], self.unit_ns), match[1])
        percentile, total_count = float(match[2]), int(match[3])
        if total_count < self.total or percentile < self.percentile:
            allowed = "TotalCount and Percentile must not fall from row to row"
            raise BadValue("TotalCount", match[3], allowed)
        if total_count > self.total:
            self.counts.append((latency_ns, total_count - self.total))
        self.total, self.percentile = total_count, percentile
        return True

    def check_whole(self) -> None:
        """Raises BadValue where the slowest requests are missing."""
        if self.percentile < 1.0 or (self.declared is not None and self.declared != self.total):
            told = f"ends at percentile {self.percentile} with {self.total} of {self.declared or 'unknown'}"
            allowed = "must go on to percentile 1.0: without it the slowest requests are missing"
            raise BadValue("percentiles", told, allowed)


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """A request for each value that was counted."""
    spectrum = Spectrum(unit_of(options), [])
    check_answered(options, account)
    for line in source.lines():
        _take(line, spectrum, account)
    try:
        spectrum.check_whole()
    except BadValue as error:
        raise account.broken(error.where, error.value, error.allowed, "Make the file again.") from error
    account.remark(_MEANING)
    account.remark(_PLACED)
    at_ns = source.modified_ns if options.started_at_ns is None else options.started_at_ns
    detail = "of a percentile output, no faster than this"
    counts = [(Value(latency_ns, Outcome.OK, detail), count) for latency_ns, count in spectrum.counts]
    yield from requests_of_counts(counts, at_ns, 0, options.clock or LatencyClock.SENT)


def _take(line: Line, spectrum: Spectrum, account: Account) -> None:
    if not line.data.strip():
        account.pass_over("empty lines")
    elif HEADER.fullmatch(line.text):
        account.pass_over("headers")
    else:
        try:
            _take_row(line, spectrum)
        except BadValue as error:
            if line.ended:
                account.refuse(line.where, error)
            else:
                account.cut_off()
            return
        account.use()


def _take_row(line: Line, spectrum: Spectrum) -> None:
    if not spectrum.take(line):
        raise BadValue("", repr(shortened(line.text)), "must be Value, Percentile, TotalCount")


def _recognises(head: bytes) -> bool:
    return HEADER.fullmatch(first_line(head)) is not None


FORMAT = Format(
    "hdr-percentiles",
    "hdrhistogram",
    "HdrHistogram, percentile output",
    LATENCY,
    _recognises,
    read,
    OPTIONS,
)
