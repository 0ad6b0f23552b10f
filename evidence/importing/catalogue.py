"""The formats that can be imported, and telling which one a file is."""

from evidence.errors import InvalidFile, Problem
from evidence.importing.errors import InvalidOption, shortened
from evidence.importing.format import Format, first_line
from evidence.importing.formats import (
    envoy,
    gatling_log,
    hdr_log,
    hdr_percentiles,
    jmeter_csv,
    jmeter_xml,
    k6_csv,
    k6_json,
    locust_history,
    nginx,
    vegeta_csv,
    vegeta_gob,
    vegeta_json,
    wrk2,
)
from evidence.importing.refusals import REFUSALS
from evidence.importing.source_file import SourceFile

AUTO = "auto"
FORMATS: tuple[Format, ...] = (
    k6_json.FORMAT,
    k6_csv.FORMAT,
    vegeta_gob.FORMAT,
    vegeta_json.FORMAT,
    vegeta_csv.FORMAT,
    wrk2.FORMAT,
    hdr_log.FORMAT,
    hdr_percentiles.FORMAT,
    gatling_log.FORMAT,
    locust_history.FORMAT,
    jmeter_csv.FORMAT,
    jmeter_xml.FORMAT,
    nginx.FORMAT,
    envoy.FORMAT,
)


def names() -> tuple[str, ...]:
    """What may be named: each format, each tool with several, and `auto`."""
    families = dict.fromkeys(one.family for one in FORMATS)
    return (AUTO, *dict.fromkeys((*families, *(one.name for one in FORMATS))))


def choose(named: str, source: SourceFile, log_format: str | None = None) -> Format:
    """The format of a file: the one that is named, or among those of the tool that is named, or of all
    (`auto`), the one that its content shows.

    Raises InvalidOption for a name that is none, InvalidFile for a file that cannot be told or is known not
    to be evidence.
    """
    candidates = _named(named)
    head = source.head()
    if not head.strip():
        problem = Problem("", "empty", "must hold results")
        raise InvalidFile(source.path, (problem,), "Check the path, and that the tool wrote its results.")
    _refuse_known(source, head)
    if len(candidates) == 1:
        return candidates[0]
    if log_format is not None:
        candidates = _of_log_format(candidates, log_format)
        if len(candidates) == 1:
            return candidates[0]
    found = tuple(one for one in candidates if one.recognises(head))
    if len(found) == 1:
        return found[0]
    told = " and ".join(f"{one.name} ({one.title})" for one in found)
    what = f"could be {told}" if found else f"begins with {shortened(first_line(head))!r}"
    allowed = f"must be recognisable as one of {', '.join(one.name for one in found or candidates)}"
    next_step = "Say what it is: --from FORMAT. An access log of another format also needs --log-format."
    raise InvalidFile(source.path, (Problem("", what, allowed),), next_step)


def _named(named: str) -> tuple[Format, ...]:
    chosen = tuple(one for one in FORMATS if named in {AUTO, one.name, one.family})
    if not chosen:
        raise InvalidOption(f"--from {named!r}: must be one of {', '.join(names())}")
    exact = tuple(one for one in chosen if one.name == named)
    return exact or chosen


def _refuse_known(source: SourceFile, head: bytes) -> None:
    for one in REFUSALS:
        if one.recognises(head):
            problem = Problem("", one.what, f"cannot be evidence: {one.why}")
            raise InvalidFile(source.path, (problem,), one.instead)


def _of_log_format(candidates: tuple[Format, ...], log_format: str) -> tuple[Format, ...]:
    name = "envoy" if "%" in log_format and "$" not in log_format else "nginx"
    return tuple(one for one in candidates if one.name == name)
