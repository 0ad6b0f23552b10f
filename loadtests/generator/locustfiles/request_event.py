"""From what Locust tells of a request to what the evidence says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import gevent
import requests

from evidence.request_record import LatencyClock, Outcome, RequestRecord
from loadtests.classification import Classification, Expectation, classify
from loadtests.http_messages import HttpAnswer

_LONGEST_DETAIL = 200
_TIMEOUTS = (TimeoutError, gevent.Timeout, requests.exceptions.Timeout)
_TOO_MANY_REQUESTS = 429
_FIRST_SERVER_ERROR = 500
_SUCCESS = 200
_ACCEPTED = Expectation(frozenset({_SUCCESS}), own_headers=False)


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One request of a user's, by this worker's clock."""

    started_ns: int
    ended_ns: int
    method: str
    operation: str
    target: str
    status: int
    bytes: int
    classification: Classification
    tenant: str | None
    tier: str | None

    def record(
        self,
        *,
        worker: str,
        sequence: int,
        step: int,
        persona: str | None,
        intended_ns: int | None,
    ) -> RequestRecord:
        """The evidence of it; without an intended instant its latency counts from the send."""
        said = self.classification
        return RequestRecord(
            worker=worker,
            sequence=sequence,
            intended_ns=self.started_ns if intended_ns is None else intended_ns,
            started_ns=self.started_ns,
            ended_ns=self.ended_ns,
            clock=LatencyClock.SENT if intended_ns is None else LatencyClock.INTENDED,
            target=self.target,
            operation=self.operation,
            persona=persona,
            tenant=self.tenant,
            tier=self.tier,
            status=self.status,
            outcome=said.outcome,
            served_from=said.served_from,
            age_s=said.age_s,
            partial=said.partial,
            step=step,
            bytes=self.bytes,
            detail=said.detail,
        )


def read_event(told: Mapping[str, Any], *, now_ns: int, wall_ns: int, host: str) -> RequestEvent:
    """`told` is what a request event carries; `now_ns` and `wall_ns` the present instant by our clock and by
    the wall clock, which Locust takes its start times from.
    """
    took_ns = round(float(told.get("response_time") or 0.0) * 1e6)
    start_s = told.get("start_time")
    # A client of a user's own may leave the start out: then it has just ended.
    started_ns = now_ns - took_ns if start_s is None else now_ns - (wall_ns - round(float(start_s) * 1e9))
    response = told.get("response")
    status = _status(response)
    context = told.get("context") or {}
    return RequestEvent(
        started_ns=started_ns,
        ended_ns=started_ns + took_ns,
        method=str(told.get("request_type", "")),
        operation=str(told.get("name", "")),
        target=_target(told.get("url"), host),
        status=status,
        bytes=int(told.get("response_length") or 0),
        classification=_classified(status, response, told.get("exception")),
        tenant=_text(context.get("tenant")),
        tier=_text(context.get("tier")),
    )


def _classified(status: int, response: object, error: object) -> Classification:
    """The locustfile has the last word on what is right: it may call a 404 a success, or a 200 a failure."""
    if error is None or error == "":
        headers = getattr(response, "headers", None) or {}
        lowered = {str(name).lower(): str(value) for name, value in headers.items()}
        # Whatever its status, the locustfile takes it for a success: what is left to see is in its headers.
        return classify(HttpAnswer(_SUCCESS, lowered, b""), _ACCEPTED)
    detail = str(error) or type(error).__name__
    return Classification(_outcome(status, response, error), detail=detail[:_LONGEST_DETAIL])


def _outcome(status: int, response: object, error: object) -> Outcome:
    if isinstance(error, _TIMEOUTS):
        return Outcome.TIMEOUT
    if status >= _FIRST_SERVER_ERROR:
        return Outcome.FAILED
    if status == _TOO_MANY_REQUESTS:
        return Outcome.REJECTED
    if status > 0:
        return Outcome.WRONG
    # A client of HTTP gives a response also where there was none; another one may give none at all.
    return Outcome.CONNECTION if response is not None or isinstance(error, OSError) else Outcome.FAILED


def _status(response: object) -> int:
    status = getattr(response, "status_code", None)
    return status if isinstance(status, int) else 0


def _target(url: object, host: str) -> str:
    parts = urlsplit(url) if isinstance(url, str) else None
    return f"{parts.scheme}://{parts.netloc}" if parts and parts.scheme and parts.netloc else host


def _text(value: object) -> str | None:
    return None if value is None else str(value)
