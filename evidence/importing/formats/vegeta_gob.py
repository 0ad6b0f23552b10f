"""Vegeta: the binary file that `vegeta attack` writes."""

from collections.abc import Iterator

from evidence.importing.account import Account
from evidence.importing.errors import BadValue
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions
from evidence.importing.formats.gob import GobDecoder, GobError, Value, messages
from evidence.importing.formats.vegeta_result import LATENCY, VegetaResult, whole_number
from evidence.importing.instants import NS_PER_S
from evidence.importing.source_file import SourceFile

SECONDS_TO_1970 = 62_135_596_800
"""From the year 1, with which Go's time.Time begins."""
_TIME_BYTES = (15, 16)


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests."""
    account.unit = "messages"
    decoder = GobDecoder()
    for where, message in _messages(source, account):
        if message is None:
            account.cut_off()
            continue
        try:
            value = _decoded(decoder, message)
            request = None if value is None else _result(value).as_request(options)
        except BadValue as error:
            account.refuse(where, error)
            continue
        if request is None:
            account.pass_over("descriptions of types")
        else:
            account.use()
            yield request


def _messages(source: SourceFile, account: Account) -> Iterator[tuple[str, bytes | None]]:
    try:
        for offset, message in messages(source.chunks()):
            yield f"byte {offset:,}", message
    except GobError as error:
        raise account.broken(
            "",
            str(error),
            "must be what vegeta attack wrote",
            "Make the file again, or import what it was made of.",
        ) from error


def _decoded(decoder: GobDecoder, message: bytes) -> Value | None:
    try:
        return decoder.value(message)
    except GobError as error:
        raise BadValue("", str(error), "must be a result of Vegeta") from error


def _result(value: Value) -> VegetaResult:
    if not isinstance(value, dict):
        raise BadValue("", type(value).__name__, "must be a result of Vegeta")
    return VegetaResult(
        code=whole_number("Code", value.get("Code", 0)),
        timestamp_ns=_time_ns(value.get("Timestamp")),
        latency_ns=whole_number("Latency", value.get("Latency", 0)),
        bytes_in=whole_number("BytesIn", value.get("BytesIn", 0)),
        error=str(value.get("Error", "")),
        method=str(value.get("Method", "")),
        url=str(value.get("URL", "")),
        attack=str(value.get("Attack", "")),
    )


def _time_ns(value: Value | None) -> int:
    """Go's time.Time: a version, seconds since the year 1, nanoseconds, minutes of the zone."""
    if not isinstance(value, bytes) or len(value) not in _TIME_BYTES or value[0] not in {1, 2}:
        raise BadValue("Timestamp", repr(value), "must be a time of Go")
    seconds = int.from_bytes(value[1:9], "big", signed=True) - SECONDS_TO_1970
    return seconds * NS_PER_S + int.from_bytes(value[9:13], "big")


def _recognises(head: bytes) -> bool:
    return b"\x06Result" in head[:32] and b"Timestamp" in head[:256]


FORMAT = Format("vegeta-gob", "vegeta", "Vegeta, binary results of vegeta attack", LATENCY, _recognises, read)
