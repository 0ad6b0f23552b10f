"""What a request event of Locust's becomes, case by case."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from evidence.request_record import LatencyClock, Outcome, ServedFrom
from loadtests.generator.locustfiles.request_event import RequestEvent, read_event

NOW_NS = 1_800_000_000_000_000_000
HOUR_NS = 3_600 * 10**9


@dataclass
class Response:
    """As far as it is looked at."""

    status_code: int
    headers: dict[str, str] = field(default_factory=dict)


def event(**told: Any) -> RequestEvent:
    """An event of a moment ago, on a machine whose wall clock is an hour behind."""
    wall_ns = NOW_NS - HOUR_NS
    meta = {
        "request_type": "GET",
        "name": "/x",
        "response_time": 20.0,
        "response_length": 5,
        "exception": None,
        "context": {},
        "start_time": (wall_ns - 50_000_000) / 1e9,
        "url": "http://there:8080/x?y=1",
        **told,
    }
    return read_event(meta, now_ns=NOW_NS, wall_ns=wall_ns, host="http://here")


def test_instants_are_in_our_clock() -> None:
    seen = event(response=Response(200))
    assert seen.started_ns == pytest.approx(NOW_NS - 50_000_000, abs=1_000)
    assert seen.ended_ns - seen.started_ns == 20_000_000
    assert seen.target == "http://there:8080"
    without_start = event(start_time=None, url=None)
    assert (without_start.started_ns, without_start.ended_ns) == (NOW_NS - 20_000_000, NOW_NS)
    assert without_start.target == "http://here"


@pytest.mark.parametrize(
    ("response", "error", "outcome"),
    [
        (Response(200), None, Outcome.OK),
        (Response(404), None, Outcome.OK),
        (Response(200, {"Degraded": "cache"}), None, Outcome.DEGRADED),
        (Response(503), RuntimeError("503"), Outcome.FAILED),
        (Response(429), RuntimeError("429"), Outcome.REJECTED),
        (Response(404), RuntimeError("404"), Outcome.WRONG),
        (Response(200), RuntimeError("not what I wanted"), Outcome.WRONG),
        (Response(0), RuntimeError("broken"), Outcome.CONNECTION),
        (Response(0), TimeoutError(), Outcome.TIMEOUT),
        (Response(0), requests.exceptions.ReadTimeout("slow"), Outcome.TIMEOUT),
        (None, ConnectionRefusedError("refused"), Outcome.CONNECTION),
        (None, RuntimeError("rpc failed"), Outcome.FAILED),
        (None, None, Outcome.OK),
    ],
)
def test_the_locustfile_has_the_last_word_on_what_is_right(
    response: Response | None, error: Exception | None, outcome: Outcome
) -> None:
    seen = event(response=response, exception=error).classification
    assert seen.outcome is outcome
    assert (seen.detail is None) is (error is None and outcome is not Outcome.DEGRADED)


def test_what_an_answer_says_of_itself_is_kept() -> None:
    seen = event(response=Response(200, {"Served-From": "stale", "Age": "7"}))
    assert seen.classification.served_from is ServedFrom.STALE
    assert seen.classification.age_s == 7


def test_without_an_intended_instant_latency_counts_from_the_send() -> None:
    seen = event(response=Response(200), context={"tenant": "t-1", "tier": "gold"})
    closed = seen.record(worker="worker-0", sequence=3, step=0, persona="P", intended_ns=None)
    assert closed.clock is LatencyClock.SENT
    assert closed.intended_ns == closed.started_ns
    assert (closed.tenant, closed.tier, closed.status, closed.bytes) == ("t-1", "gold", 200, 5)
    opened = seen.record(worker="worker-0", sequence=3, step=0, persona="P", intended_ns=7)
    assert (opened.clock, opened.intended_ns) == (LatencyClock.INTENDED, 7)
