"""wrk2: what it prints with `--latency`. The distribution it corrected for coordinated omission is what is
read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evidence.importing.account import Account
from evidence.importing.errors import BadValue
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions, first_line
from evidence.importing.formats.hdr_percentiles import HEADER, Spectrum
from evidence.importing.formats.hdr_requests import Value, requests_of_counts
from evidence.importing.instants import NS_PER_MS, NS_PER_S
from evidence.importing.source_file import Line, SourceFile
from evidence.request_record import LatencyClock, Outcome

LATENCY = (
    "the instant at which wrk2's constant rate called for the request: wrk2 measures from there, so the "
    "wait that a stalled server causes is in it"
)
_CORRECTED = "HdrHistogram - Recorded Latency"
_RUNNING = re.compile(r"Running (\S+) test @ (\S+)")
_REQUESTS = re.compile(r"\s*(\d+) requests in ([\d.]+)(us|ms|s|m|h),")
_SOCKET = re.compile(r"\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
_STATUS = re.compile(r"\s*Non-2xx or 3xx responses: (\d+)")
_UNITS_NS = {"us": 1_000, "ms": NS_PER_MS, "s": NS_PER_S, "m": 60 * NS_PER_S, "h": 3_600 * NS_PER_S}
_CALIBRATION_NS = 10 * NS_PER_S
_DETAIL = "of wrk2's distribution, no faster than this"
_FAILED = "not a 2xx or 3xx; which request it was wrk2 does not say: taken for one of the fastest"


@dataclass(slots=True)
class _Printed:
    """What wrk2 printed, while it is read."""

    spectrum: Spectrum = field(default_factory=lambda: Spectrum(NS_PER_MS, []))
    url: str | None = None
    requests: int | None = None
    took_ns: int = 0
    calibrated: bool = False
    connection_errors: int = 0
    timeouts: int = 0
    failed: int = 0
    section: str = ""


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """A request for each latency that was counted, and for each error."""
    printed = _Printed()
    for line in source.lines():
        _take(line, printed, account)
    _check(printed, account)
    end_ns = source.modified_ns
    if options.started_at_ns is not None:
        end_ns = options.started_at_ns + printed.took_ns
    else:
        account.remark(
            "wrk2 does not say when it ran: its end is taken for the instant when the file was written"
        )
    _remark(printed, account)
    skipped_ns = min(_CALIBRATION_NS, printed.took_ns) if printed.calibrated else 0
    start_ns = end_ns - printed.took_ns + skipped_ns
    yield from requests_of_counts(
        _counts(printed), start_ns, end_ns - start_ns, LatencyClock.INTENDED, url=printed.url
    )


def _take(line: Line, printed: _Printed, account: Account) -> None:
    text = line.text
    if not text.strip():
        account.pass_over("empty lines")
        return
    try:
        used = _figure(text, printed)
        if not used and printed.section == _CORRECTED:
            used = HEADER.fullmatch(text) is not None or printed.spectrum.take(line)
    except BadValue as error:
        account.refuse(line.where, error)
        return
    if used:
        account.use()
    else:
        account.pass_over("lines that are not needed")


def _figure(text: str, printed: _Printed) -> bool:
    """Take a line that stands outside the distribution; False for another."""
    if "Latency Distribution (" in text:
        printed.section = _CORRECTED if _CORRECTED in text else "another"
    elif text.startswith("---"):
        printed.section = ""
    elif "Thread calibration" in text:
        printed.calibrated = True
    elif (running := _RUNNING.match(text)) is not None:
        printed.url = running[2]
    elif (requests := _REQUESTS.match(text)) is not None:
        printed.requests = int(requests[1])
        printed.took_ns = round(float(requests[2]) * _UNITS_NS[requests[3]])
    elif (socket := _SOCKET.match(text)) is not None:
        connect, reading, writing, printed.timeouts = (int(number) for number in socket.groups())
        printed.connection_errors = connect + reading + writing
    elif (status := _STATUS.match(text)) is not None:
        printed.failed = int(status[1])
    else:
        return False
    return True


def _check(printed: _Printed, account: Account) -> None:
    if not printed.spectrum.counts:
        raise account.broken(
            "",
            "no recorded latency",
            "must have the lines from 'Latency Distribution (HdrHistogram - Recorded Latency)' on",
            "Run wrk2 with --latency, and keep all that it prints. (wrk, without the 2, has no constant "
            "rate.)",
        )
    try:
        printed.spectrum.check_whole()
    except BadValue as error:
        raise account.broken(error.where, error.value, error.allowed, "Keep all that wrk2 prints.") from error
    if printed.requests is None:
        raise account.broken(
            "", "no line 'N requests in …'", "must be wrk2's whole output", "Keep all that wrk2 prints."
        )


def _remark(printed: _Printed, account: Account) -> None:
    account.remark(
        "wrk2 keeps a distribution, not single requests: each counted latency is one request, with the "
        "higher of the two percentiles that it lies between"
    )
    left_out = (printed.requests or 0) - printed.spectrum.total
    if left_out > 0:
        account.remark(
            f"wrk2 calibrates for 10 s and forgets their latencies: {left_out:,} requests of then are left "
            "out, like a warm-up"
        )
    if printed.failed:
        account.remark(
            f"wrk2 does not say which {printed.failed:,} answers were not 2xx or 3xx: the fastest are taken "
            "for them, so that no verdict is better than the truth"
        )
    if printed.timeouts:
        account.remark(
            f"wrk2 counts timeouts ({printed.timeouts:,}) by looking at each connection every two seconds: "
            "each counts as a request that timed out, though one that waits long is seen more than once"
        )


def _counts(printed: _Printed) -> list[tuple[Value, int]]:
    counts: list[tuple[Value, int]] = []
    failed = min(printed.failed, printed.spectrum.total)
    for latency_ns, count in printed.spectrum.counts:
        bad = min(failed, count)
        failed -= bad
        counts.append((Value(latency_ns, Outcome.FAILED, _FAILED), bad))
        counts.append((Value(latency_ns, Outcome.OK, _DETAIL), count - bad))
    counts.append((Value(None, Outcome.CONNECTION, "a socket error of wrk2"), printed.connection_errors))
    counts.append((Value(None, Outcome.TIMEOUT, "a timeout of wrk2"), printed.timeouts))
    return [(value, count) for value, count in counts if count]


def _recognises(head: bytes) -> bool:
    text = head.decode("utf-8", "replace")
    return _RUNNING.match(first_line(head)) is not None and ("requests in" in text or "Thread" in text)


FORMAT = Format(
    "wrk2",
    "wrk2",
    "wrk2, what it prints with --latency",
    LATENCY,
    _recognises,
    read,
    frozenset({"started_at_ns"}),
)
