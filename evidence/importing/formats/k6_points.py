"""k6 tells one request in nine points, one a metric, that follow each other with one instant and one set of
tags.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evidence.importing.account import Account
from evidence.importing.errors import BadValue
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import ReadOptions
from evidence.importing.instants import NS_PER_MS, duration_ns, scaled_ns
from evidence.importing.judgement import judge_answer, judge_silence, status_of
from evidence.request_record import LatencyClock, Outcome

LATENCY = (
    "the moment k6 asked for a connection: the wait for one, connecting, sending and receiving are in it; "
    "what an iteration waited before it began is not, and iterations that k6 dropped are arrivals never sent"
)
DROPPED = "dropped_iterations"
_REQUEST = "http_req"
_FIRST = "http_reqs"
_DURATION, _BLOCKED, _FAILED = "http_req_duration", "http_req_blocked", "http_req_failed"
_MOST_DROPPED = 1_000_000
"""Of one point: k6 writes one for each, or a few."""
_TIMEOUTS = frozenset({1050, 1211})
_TRANSPORT_ERRORS = (range(1000, 1400), range(1600, 1700))
"""Error codes of k6 that mean that no whole answer came, whatever its status."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one metric."""

    where: str
    metric: str
    at_ns: int
    value: str
    tags: Mapping[str, str]


@dataclass(slots=True)
class _Gathered:
    """The points of one request, while they come."""

    first: Point
    values: dict[str, str] = field(default_factory=dict)

    def takes(self, point: Point) -> bool:
        """Whether a point belongs to this request."""
        return (
            point.metric not in self.values
            and point.metric != _FIRST
            and point.at_ns == self.first.at_ns
            and point.tags == self.first.tags
        )


def requests_of_points(
    points: Iterator[Point], account: Account, options: ReadOptions
) -> Iterator[ForeignRequest]:
    """A request for each group of points, an arrival never sent for each dropped iteration."""
    gathered: _Gathered | None = None
    for point in points:
        if gathered is not None and gathered.takes(point):
            gathered.values[point.metric] = point.value
            continue
        yield from _closed(gathered, account, options)
        gathered = None
        if point.metric == DROPPED:
            yield from _dropped(point, account)
        else:
            gathered = _Gathered(point, {point.metric: point.value})
    if gathered is not None and _DURATION not in gathered.values:
        account.cut_off(len(gathered.values))  # the file ends within a request
    else:
        yield from _closed(gathered, account, options)


def is_of_interest(metric: str) -> bool:
    """Whether a metric tells of requests; the others (checks, groups, iterations, data) are passed over."""
    return metric.startswith(_REQUEST) or metric == DROPPED


def _closed(gathered: _Gathered | None, account: Account, options: ReadOptions) -> Iterator[ForeignRequest]:
    if gathered is None:
        return
    lines = len(gathered.values)
    try:
        request = _request(gathered, options)
    except BadValue as error:
        account.refuse(gathered.first.where, error, lines)
        return
    account.use(lines)
    yield request


def _request(gathered: _Gathered, options: ReadOptions) -> ForeignRequest:
    values, tags = gathered.values, gathered.first.tags
    if _DURATION not in values:
        raise BadValue(_DURATION, "missing", "must follow the other points of a request")
    took_ns = duration_ns(_DURATION, values[_DURATION], NS_PER_MS)
    took_ns += duration_ns(_BLOCKED, values.get(_BLOCKED, "0"), NS_PER_MS)
    times = Times.sent(gathered.first.at_ns - took_ns, took_ns)
    status = status_of("status", tags.get("status") or "0")
    outcome = _outcome(status, tags, values, options)
    return ForeignRequest(
        times.intended_ns,
        times.started_ns,
        times.ended_ns,
        times.clock,
        status,
        outcome,
        name=tags.get("name") or None,
        method=tags.get("method") or None,
        url=tags.get("url") or None,
        persona=tags.get("scenario") or None,
        tags=tags,
        detail=None if outcome is Outcome.OK else tags.get("error") or None,
    )


def _outcome(
    status: int, tags: Mapping[str, str], values: Mapping[str, str], options: ReadOptions
) -> Outcome:
    code = int(tags["error_code"]) if tags.get("error_code", "").isdecimal() else 0
    if code in _TIMEOUTS:
        return Outcome.TIMEOUT
    if any(code in errors for errors in _TRANSPORT_ERRORS):
        return Outcome.CONNECTION
    content = _content(tags, values)
    if status == 0 and "status" in tags:
        return judge_silence(tags.get("error", ""))
    return judge_answer(status, content=content, expected=options.expected)


def _content(tags: Mapping[str, str], values: Mapping[str, str]) -> bool | None:
    """What k6 thought of the answer; None where the script switched its opinion off."""
    if tags.get("expected_response") in {"true", "false"}:
        return tags["expected_response"] == "true"
    failed = values.get(_FAILED)
    return None if failed is None else scaled_ns(_FAILED, failed, 1) == 0


def _dropped_count(point: Point) -> int:
    count = scaled_ns(DROPPED, point.value, 1)
    if not 0 <= count <= _MOST_DROPPED:
        raise BadValue(DROPPED, repr(point.value), f"must be a number from 0 to {_MOST_DROPPED:,}")
    return count


def _dropped(point: Point, account: Account) -> Iterator[ForeignRequest]:
    try:
        count = _dropped_count(point)
    except BadValue as error:
        account.refuse(point.where, error)
        return
    account.use()
    for _ in range(count):
        yield ForeignRequest(
            point.at_ns,
            None,
            None,
            LatencyClock.SENT,
            0,
            Outcome.UNDELIVERED,
            name="iteration",
            persona=point.tags.get("scenario") or None,
            tags=point.tags,
            detail="k6 dropped the iteration: no virtual user was free",
        )
