"""nginx: an access log, `combined` or of a log_format that is given."""

import re
from collections.abc import Iterator, Mapping

from evidence.importing.account import Account
from evidence.importing.errors import BadValue, InvalidOption
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import ANY_FORMAT, Format, ReadOptions, first_line
from evidence.importing.formats.access_entry import AccessEntry, present, split_request_line
from evidence.importing.formats.log_template import LogTemplate, compile_template
from evidence.importing.instants import NS_PER_S, common_log_ns, duration_ns, epoch_ns, rfc3339_ns
from evidence.importing.judgement import status_of
from evidence.importing.reading import read_lines
from evidence.importing.source_file import Line, SourceFile
from evidence.request_record import Outcome

LATENCY = (
    "the moment nginx read the first byte of the request ($request_time): what the client waited for a "
    "connection, and the network, are not in it; without $request_time in the log the requests have no "
    "latency"
)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" '
    '"$http_user_agent"'
)
_COMMON_FORMATS = (
    f"{_COMBINED} $request_time",
    f'{_COMBINED} "$http_x_forwarded_for" $request_time',
    f'{_COMBINED} "$http_x_forwarded_for"',
    _COMBINED,
)
"""Those that are recognised without --log-format."""
_IN_SECONDS = re.compile(r"\d+\.\d{3}")
"""As nginx writes $request_time. A whole number at the end of a line is another server's, in another unit."""
_INSTANTS = ("msec", "time_iso8601", "time_local")
_CLIENT_GONE, _CLOSED_SILENTLY = 499, 444
_WHOLE_SECONDS = (
    "The log has instants in whole seconds: requests are placed to the second (add $msec to the log_format)"
)


def read(source: SourceFile, options: ReadOptions, account: Account) -> Iterator[ForeignRequest]:
    """Its requests."""
    template = _template(source, options)
    if "request_time" not in template.names:
        account.remark("The log has no $request_time: it is not known how long the requests took")
    if "msec" not in template.names:
        account.remark(_WHOLE_SECONDS)
    return read_lines(source, account, lambda line: _entry(line, template).as_request(options))


def _template(source: SourceFile, options: ReadOptions) -> LogTemplate:
    written = options.log_format
    if written is None:
        line = first_line(source.head())
        found = next((one for one in _TEMPLATES if _fits(one, line)), None)
        if found is None:
            raise InvalidOption(
                f"{source.path}: the first line is not of nginx's combined format: give the log_format that "
                'the log was written with, as --log-format \'$remote_addr [$time_local] "$request" $status '
                "$request_time'"
            )
        return found
    template = compile_template(written, _VARIABLE)
    if "status" not in template.names or not template.names & set(_INSTANTS):
        raise InvalidOption(
            f"--log-format {written!r}: must have $status and one of ${', $'.join(_INSTANTS)}"
        )
    return template


def _entry(line: Line, template: LogTemplate) -> AccessEntry:
    variables = template.take_apart(line.text)
    status = status_of("$status", variables["status"])
    method, path = split_request_line(present(variables, "request"))
    return AccessEntry(
        times=_times(variables),
        status=status,
        silence=_silence(status),
        method=present(variables, "request_method") or method,
        path=present(variables, "request_uri") or path or present(variables, "uri"),
        host=present(variables, "host", "http_host", "server_name"),
        bytes=_bytes(variables),
        variables=variables,
        detail=_detail(status),
    )


def _times(variables: Mapping[str, str]) -> Times:
    """nginx writes a line when the request has ended."""
    ended_ns = _instant_ns(variables)
    took = present(variables, "request_time")
    if took is None:
        return Times.ended(ended_ns)
    took_ns = duration_ns("$request_time", took, NS_PER_S)
    return Times.sent(ended_ns - took_ns, took_ns)


def _instant_ns(variables: Mapping[str, str]) -> int:
    if "msec" in variables:
        return epoch_ns("$msec", variables["msec"])
    if "time_iso8601" in variables:
        return rfc3339_ns("$time_iso8601", variables["time_iso8601"])
    return common_log_ns("$time_local", variables["time_local"])


def _silence(status: int) -> Outcome | None:
    if status == _CLIENT_GONE:
        return Outcome.TIMEOUT
    return Outcome.CONNECTION if status in {_CLOSED_SILENTLY, 0} else None


def _detail(status: int) -> str | None:
    if status == _CLIENT_GONE:
        return "the client left before the answer"
    return f"status {status}"


def _bytes(variables: Mapping[str, str]) -> int:
    written = present(variables, "body_bytes_sent", "bytes_sent") or "0"
    if not written.isdecimal():
        raise BadValue("$body_bytes_sent", repr(written), "must be a whole number")
    return int(written)


def _fits(template: LogTemplate, line: str) -> bool:
    """Whether a line is of this format: its text is, and its instant and status are what they should be."""
    if not template.matches(line):
        return False
    try:
        variables = template.take_apart(line)
        _times(variables)
        status_of("$status", variables["status"])
    except BadValue:
        return False
    took = present(variables, "request_time")
    return took is None or _IN_SECONDS.fullmatch(took) is not None


_TEMPLATES = tuple(compile_template(one, _VARIABLE) for one in _COMMON_FORMATS)


def _recognises(head: bytes) -> bool:
    line = first_line(head)
    return any(_fits(one, line) for one in _TEMPLATES)


FORMAT = Format(
    "nginx",
    "nginx",
    "nginx, access log",
    LATENCY,
    _recognises,
    read,
    options=ANY_FORMAT | {"log_format"},
)
