"""Envoy: an access log, of its default format or of one that is given."""

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, InvalidOption
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import ANY_FORMAT, Format, ReadOptions, first_line
from evidence.importing.formats.access_entry import AccessEntry, present
from evidence.importing.formats.log_template import LogTemplate, compile_template
from evidence.importing.instants import NS_PER_MS, duration_ns, epoch_ns, rfc3339_ns
from evidence.importing.judgement import status_of
from evidence.importing.reading import read_lines
from evidence.importing.source_file import Line, SourceFile
from evidence.request_record import Outcome

LATENCY = (
    "the moment Envoy had the first byte of the request (START_TIME, to the last byte of the answer by "
    "DURATION): what the client waited for a connection, and the network, are not in it"
)
_OPERATOR = re.compile(r"%([A-Z][A-Z0-9_]*(?:\([^)]*\))?(?::\d+)?)%")
_DEFAULT = (
    '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% '
    "%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "
    '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"'
)
_CLIENT_GONE = frozenset({"DC", "DownstreamConnectionTermination"})
_TOO_SLOW = frozenset(
    {
        *("UT", "UpstreamRequestTimeout", "SI", "StreamIdleTimeout"),
        *("DT", "DurationTimeout", "UMSDR", "UpstreamMaxStreamDurationReached"),
    }
)
_BROKE_OFF = frozenset(
    {
        *("UC", "UpstreamConnectionTermination", "UR", "UpstreamRemoteReset", "LR", "LocalReset"),
        *("UPE", "UpstreamProtocolError", "DR", "DownstreamRemoteReset"),
    }
)
_FIRST_ERROR = 400
_HEADER = re.compile(r"REQ(?:UEST_HEADER)?\(([^)?]+)(?:\?([^)]+))?\)")
_DECIMAL_SECONDS = re.compile(r"\d{9,11}(?:\.\d+)?")


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests."""
    template = _template(options)
    if "DURATION" not in template.names:
        account.remark("The log has no %DURATION%: it is not known how long the requests took")
    return read_lines(source, account, lambda line: _entry(line, template, options.zone).as_request(options))


def _template(options: ReadOptions) -> LogTemplate:
    if options.log_format is None:
        return _DEFAULT_TEMPLATE
    template = compile_template(options.log_format.rstrip("\n").removesuffix("\\n"), _OPERATOR)
    plain = {_plain(name) for name in template.names}
    missing = {"START_TIME", "RESPONSE_CODE"} - plain
    if missing:
        raise InvalidOption(
            f"--log-format {options.log_format!r}: must have %{'% and %'.join(sorted(missing))}%"
        )
    return template


def _entry(line: Line, template: LogTemplate, zone: tzinfo | None) -> AccessEntry:
    variables = _named(template.take_apart(line.text))
    status = status_of("%RESPONSE_CODE%", present(variables, "RESPONSE_CODE") or "0")
    flags = present(variables, "RESPONSE_FLAGS", "RESPONSE_FLAGS_LONG")
    sent = present(variables, "BYTES_SENT") or "0"
    if not sent.isdecimal():
        raise BadValue("%BYTES_SENT%", repr(sent), "must be a whole number")
    return AccessEntry(
        times=_times(variables, zone),
        status=status,
        silence=_silence(status, flags),
        method=present(variables, ":method"),
        path=present(variables, "x-envoy-original-path", ":path", "PATH"),
        host=present(variables, ":authority"),
        bytes=int(sent),
        variables=variables,
        detail=f"status {status}, response flags {flags}" if flags else f"status {status}",
    )


def _named(values: Mapping[str, str]) -> dict[str, str]:
    """Values by their operators and, of request headers, by the headers' names in small letters."""
    named: dict[str, str] = {}
    for name, value in values.items():
        named.setdefault(name, value)
        named.setdefault(_plain(name), value)
        header = _HEADER.match(name)
        for one in header.groups() if header else ():
            if one:
                named.setdefault(one.lower(), value)
    return named


def _plain(name: str) -> str:
    """An operator without its argument and its length."""
    return re.split(r"[(:]", name, maxsplit=1)[0] or name


def _times(variables: Mapping[str, str], zone: tzinfo | None) -> Times:
    started_ns = _instant_ns(variables["START_TIME"], zone)
    took = present(variables, "DURATION")
    if took is None:
        return Times.ended(started_ns)
    return Times.sent(started_ns, duration_ns("%DURATION%", took, NS_PER_MS))


def _instant_ns(text: str, zone: tzinfo | None) -> int:
    if _DECIMAL_SECONDS.fullmatch(text):
        return epoch_ns("%START_TIME%", text)
    return rfc3339_ns("%START_TIME%", text, zone)


def _silence(status: int, flags: str | None) -> Outcome | None:
    """What it amounts to that no answer came, or no whole one: its status is sent before its body."""
    if status >= _FIRST_ERROR:
        return None
    told = frozenset((flags or "").split(","))
    if told & _CLIENT_GONE or (status and told & _TOO_SLOW):
        return Outcome.TIMEOUT
    return Outcome.CONNECTION if status == 0 or told & _BROKE_OFF else None


_DEFAULT_TEMPLATE = compile_template(_DEFAULT, _OPERATOR)


def _recognises(head: bytes) -> bool:
    line = first_line(head)
    if not _DEFAULT_TEMPLATE.matches(line):
        return False
    try:
        _times(_named(_DEFAULT_TEMPLATE.take_apart(line)), None)
    except BadValue:
        return False
    return True


FORMAT = Format(
    "envoy",
    "envoy",
    "Envoy, access log",
    LATENCY,
    _recognises,
    read,
    options=ANY_FORMAT | {"log_format", "zone"},
)
