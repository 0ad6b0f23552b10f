"""JMeter: a JTL file in CSV, with its header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, shortened
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import ANY_FORMAT, Format, ReadOptions, first_line
from evidence.importing.formats.jmeter_sample import LATENCY, TRANSACTION, JmeterSample
from evidence.importing.instants import NS_PER_MS, epoch_ns, pattern_ns, rfc3339_ns
from evidence.importing.reading import PassedOver, Row, csv_rows, field_at, header_indices, read_rows
from evidence.importing.source_file import SourceFile

_NEEDED = ("timeStamp", "elapsed", "label", "success")
_DELIMITERS = (",", "\t", ";", "|")
_PART_NUMBERS = re.compile(r"(?:-\d+)+")
_DEFAULT_PATTERN = "%Y/%m/%d %H:%M:%S.%f"
"""Of JMeter's own example for timestamp_format, yyyy/MM/dd HH:mm:ss.SSS."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """The last sample of a thread that may have parts."""

    label: str
    start_ns: int
    end_ns: int


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests: sums of transactions and the parts of a request are passed over."""
    columns: dict[str, int] = {}
    wholes: dict[str, _Whole] = {}

    def parse(row: Row) -> ForeignRequest | PassedOver:
        nonlocal columns
        if not row.fields:
            return PassedOver("empty lines")
        if row.fields[0].strip() == "timeStamp" or "timeStamp" in row.fields:
            columns = _checked(header_indices(row))
            return PassedOver("headers")
        if not columns:
            raise BadValue(
                "", shortened(",".join(row.fields)), f"a header must come first: {','.join(_NEEDED)}"
            )
        sample = _sample(row, columns, options)
        if sample.response_message.startswith(TRANSACTION):
            return PassedOver("sums of transactions")
        request = sample.as_request(options)
        return PassedOver("parts of requests") if _is_part(sample, request, wholes) else request

    return read_rows(csv_rows(source, _delimiter(source.head())), account, parse)


def _sample(row: Row, columns: dict[str, int], options: ReadOptions) -> JmeterSample:
    def optional(name: str) -> str:
        return field_at(row, columns, name) if name in columns else ""

    return JmeterSample(
        at_ns=_instant_ns(field_at(row, columns, "timeStamp"), options),
        elapsed=field_at(row, columns, "elapsed"),
        label=field_at(row, columns, "label"),
        response_code=optional("responseCode"),
        response_message=optional("responseMessage"),
        success=field_at(row, columns, "success"),
        failure=optional("failureMessage"),
        thread=optional("threadName"),
        bytes=optional("bytes"),
        url=optional("URL"),
        tags={name: row.fields[index] for name, index in columns.items() if index < len(row.fields)},
    )


def _is_part(sample: JmeterSample, request: ForeignRequest, wholes: dict[str, _Whole]) -> bool:
    """JMeter writes a request and then its parts (redirects, embedded files), labelled `label-0`, `label-1`…,
    and theirs, `label-1-0`…, which lie within it.
    """
    started_ns, ended_ns = request.intended_ns, request.ended_ns or request.intended_ns
    whole = wholes.get(sample.thread)
    if whole is not None and _is_numbered(sample.label, whole.label):
        # Both ends were rounded to milliseconds.
        return whole.start_ns - NS_PER_MS <= started_ns and ended_ns <= whole.end_ns + NS_PER_MS
    wholes[sample.thread] = _Whole(sample.label, started_ns, ended_ns)
    return False


def _is_numbered(label: str, whole: str) -> bool:
    return label.startswith(whole) and _PART_NUMBERS.fullmatch(label, len(whole)) is not None


def _instant_ns(text: str, options: ReadOptions) -> int:
    if text.isdecimal():
        return epoch_ns("timeStamp", text, NS_PER_MS)
    if "/" in text:
        return pattern_ns("timeStamp", text, _DEFAULT_PATTERN, options.zone)
    return rfc3339_ns("timeStamp", text, options.zone)


def _checked(columns: dict[str, int]) -> dict[str, int]:
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        allowed = (
            f"the header must name {', '.join(_NEEDED)}: see jmeter.save.saveservice in JMeter's settings"
        )
        raise BadValue(missing[0], "missing", allowed)
    return columns


def _delimiter(head: bytes) -> str:
    header = first_line(head)
    return max(_DELIMITERS, key=header.count)


def _recognises(head: bytes) -> bool:
    header = first_line(head)
    return "timeStamp" in header and "elapsed" in header and "label" in header


FORMAT = Format(
    "jmeter-csv",
    "jmeter",
    "JMeter, JTL in CSV",
    LATENCY,
    _recognises,
    read,
    options=ANY_FORMAT | {"zone"},
)
