"""What can be wrong with a request that a scenario has written, but for its templates."""

from collections.abc import Iterator, Sequence

from evidence.errors import Problem
from loadtests.answers.answer_rules import AnswerRules
from loadtests.content_coding import READABLE_CODINGS
from loadtests.operations.catalogue import OWN_OPERATIONS
from loadtests.operations.http import HttpOperation
from loadtests.values.known_names import problems_of_name

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_FRAMING = ("content-length", "transfer-encoding", "connection")
_GOOD = range(100, 500)
_REFUSALS = range(400, 500)
_TOO_MANY_REQUESTS = 429


def problems_of_http(operation: HttpOperation, where: str) -> Iterator[Problem]:
    """All of them, in the order of the fields."""
    if operation.name in OWN_OPERATIONS:
        yield Problem(f"{where}.name", operation.name, "must differ from the service's own operations")
    # What a request line cannot carry (RFC 9112, section 3). A path that is one value is encoded as a whole.
    path = operation.path
    is_value = path.startswith("${") and path.endswith("}") and path.count("${") == 1
    if not (path.startswith("/") or is_value) or not path.isascii() or set(path) & set(" \r\n\t"):
        yield Problem(f"{where}.path", repr(path), "must begin with / and be percent-encoded")
    if operation.method.upper() not in _METHODS:
        yield Problem(f"{where}.method", operation.method, f"must be one of {', '.join(_METHODS)}")
    for name, value in operation.headers.items():
        if not name or set(name + value) & set("\r\n") or ":" in name or not (name + value).isascii():
            yield Problem(f"{where}.headers", f"{name}: {value}"[:80], "must be one line of ASCII each")
        if name.lower() in _FRAMING:
            allowed = "must be left out: the generator frames bodies and keeps connections open itself"
            yield Problem(f"{where}.headers", name, allowed)
    yield from _problems_of_codings(operation, where)
    if operation.body and operation.json is not None:
        yield Problem(where, "body and json", "must have one of them at most")
    yield from _problems_of_statuses(operation, where)
    for name in operation.extract:
        yield from problems_of_name(f"{where}.extract.{name}", name)


def _problems_of_codings(operation: HttpOperation, where: str) -> Iterator[Problem]:
    """Whoever wants to look into an answer must not ask for it in a coding that cannot be undone."""
    if operation.answer == AnswerRules() and not operation.extract:
        return
    for name, value in operation.headers.items():
        asked = {one.partition(";")[0].strip().lower() for one in value.split(",")}
        if name.lower() == "accept-encoding" and not asked <= READABLE_CODINGS:
            allowed = "must name gzip, deflate or identity: an answer in another coding cannot be looked into"
            yield Problem(f"{where}.headers", f"{name}: {value}"[:80], allowed)


def _problems_of_statuses(operation: HttpOperation, where: str) -> Iterator[Problem]:
    if not operation.expect or not _all_in(operation.expect, _GOOD):
        allowed = "must list HTTP statuses from 100 to 499 but 429: a 429 is rejected, a 5xx has failed"
        yield Problem(f"{where}.expect", repr(operation.expect), allowed)
    if not _all_in(operation.refusals, _REFUSALS):
        allowed = "must list HTTP statuses from 400 to 499 but 429"
        yield Problem(f"{where}.refusals", repr(operation.refusals), allowed)
    if both := set(operation.expect) & set(operation.refusals):
        shown = ", ".join(str(status) for status in sorted(both))
        yield Problem(f"{where}.refusals", shown, "must not be in expect, too")


def _all_in(statuses: Sequence[int], allowed: range) -> bool:
    return all(status in allowed and status != _TOO_MANY_REQUESTS for status in statuses)
