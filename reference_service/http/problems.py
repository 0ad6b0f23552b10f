"""Errors as RFC 9457 problem documents, each with a type that stays as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping

import orjson
from aiohttp import web

from reference_service.errors import (
    DocumentNotFoundError,
    InvalidInputError,
    JobNotFoundError,
    NotPermittedError,
    SubjectNotFoundError,
    UnknownKeyError,
    WrongContentTypeError,
)
from reference_service.resilience import DeadlineExceededError, DependencyUnavailableError
from reference_service.search.cursor import CursorExpiredError, CursorNotFoundError
from reference_service.writes.idempotency import KeyReusedError

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:document-search:problem:"
# Problems that aiohttp's router and body reader find before a handler can.
ROUTING = {
    404: ("no-such-path", "There is nothing at this path"),
    405: ("method-not-allowed", "This path does not know this method"),
    413: ("body-too-large", "The body is too large"),
}

REFUSALS: Mapping[type[Exception], tuple[int, str, str]] = {
    InvalidInputError: (400, "invalid-input", "A value of the request cannot be used"),
    UnknownKeyError: (401, "unknown-key", "No valid API key came with the request"),
    NotPermittedError: (403, "not-permitted", "The key does not permit this"),
    DocumentNotFoundError: (404, "no-such-document", "There is no such document"),
    SubjectNotFoundError: (404, "no-such-subject", "There is nothing with this id"),
    CursorNotFoundError: (404, "no-such-cursor", "There is no such cursor"),
    CursorExpiredError: (410, "cursor-expired", "The cursor is too old"),
    JobNotFoundError: (404, "no-such-job", "There is no such job"),
    WrongContentTypeError: (415, "unsupported-content-type", "The body's type is not known"),
    KeyReusedError: (422, "idempotency-key-reused", "The Idempotency-Key was used for another request"),
}


def problem(
    status: int, kind: str, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A problem document as a response."""
    body = orjson.dumps({"type": TYPE_PREFIX + kind, "title": title, "status": status, "detail": detail})
    return web.Response(status=status, body=body, content_type=CONTENT_TYPE, headers=headers)


def problem_of(error: Exception) -> web.Response | None:
    """The problem document of an error that a handler may raise; None for a defect of our own."""
    if isinstance(error, web.HTTPException):
        kind, title = ROUTING.get(error.status, ("refused", error.reason))
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return problem(error.status, kind, title, error.text or error.reason, allow)
    if isinstance(error, DependencyUnavailableError):
        return unavailable(f"{error.dependency} is not available at the moment", error.retry_after_s)
    if isinstance(error, DeadlineExceededError | TimeoutError):
        return unavailable("the request could not be answered in time", 1.0)
    for kind_of_error, (status, kind, title) in REFUSALS.items():
        if isinstance(error, kind_of_error):
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
            return problem(status, kind, title, str(error), headers)
    return None


def unavailable(detail: str, retry_after_s: float) -> web.Response:
    """503 with the time after which trying again may be worth while."""
    headers = {"Retry-After": str(max(1, math.ceil(retry_after_s)))}
    return problem(503, "unavailable", "The service cannot do this now", detail, headers)


def slow_body() -> web.Response:
    """408: the client took the whole deadline to send its body. The connection is of no further use."""
    response = problem(
        408,
        "body-too-slow",
        "The body did not come in time",
        "Send it again, on a faster connection or smaller.",
    )
    response.force_close()
    return response


def expectation_failed() -> web.Response:
    """417: the client expects what nobody here knows."""
    title = "Only the expectation 100-continue is known"
    return problem(417, "expectation-failed", title, "Leave the header Expect out, or expect 100-continue.")


def internal() -> web.Response:
    """500: says nothing of the inside."""
    return problem(
        500, "internal", "The service failed", "The failure is in the service's log by its request id."
    )


def limited(retry_after_s: float) -> web.Response:
    """429: the limit says no."""
    seconds = max(1, math.ceil(retry_after_s))
    detail = f"The limit of this operation is used up; the next request may pass in {seconds} s."
    return problem(429, "rate-limited", "Too many requests", detail, {"Retry-After": str(seconds)})


def crowded() -> web.Response:
    """429: the tenant has too many requests under way."""
    detail = "As many requests of this tenant are under way as may be; send the next when one is answered."
    return problem(429, "too-many-at-once", "Too many requests at once", detail, {"Retry-After": "1"})
