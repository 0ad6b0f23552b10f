"""From an answer to what the evidence says of it, by the precedence of outcomes."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import orjson

from evidence.request_record import Outcome, ServedFrom
from loadtests.http_messages import HttpAnswer, TransportFailure

_LONGEST_DETAIL = 200
_TOO_MANY_REQUESTS = 429
_FIRST_SERVER_ERROR = 500

_FAILURES = {
    TransportFailure.NOT_SENT: Outcome.UNDELIVERED,
    TransportFailure.TIMEOUT: Outcome.TIMEOUT,
    TransportFailure.CONNECTION: Outcome.CONNECTION,
}

BodyCheck = Callable[[object], str | None]
"""Takes the parsed JSON body; says what is wrong with it, None for nothing."""
AnswerCheck = Callable[[HttpAnswer, object], str | None]
"""The same, for what a body alone does not tell. The body is None where no body check reads it."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an operation's answer may be."""

    statuses: frozenset[int]
    """Success: the body is checked."""
    refusals: frozenset[int] = frozenset()
    """Expected 4xx: as good as a success, the body is not checked."""
    check_body: BodyCheck | None = None
    """None: any body will do."""
    check_answer: AnswerCheck | None = None
    """Asked of a success whose body is right."""
    own_headers: bool = True
    """Served-From and Age are promises; False for a target that may mean other things by them."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What the evidence says of an answer."""

    outcome: Outcome
    served_from: ServedFrom | None = None
    age_s: float | None = None
    partial: bool = False
    detail: str | None = None


def classify(answer: HttpAnswer, expectation: Expectation) -> Classification:
    """Where several outcomes apply, the first in their order: undelivered, timeout, connection, failed,
    rejected, wrong, degraded, ok.
    """
    if answer.failure is not None:
        return Classification(_FAILURES[answer.failure], detail=_shortened(answer.failure_text))
    served_from, unknown_source = _served_from(answer.headers)
    age_s, unknown_age = _age_s(answer.headers)
    header_fault = (unknown_source or unknown_age) if expectation.own_headers else None
    outcome, partial, detail = _judged(answer, expectation, header_fault)
    return Classification(outcome, served_from, age_s, partial, _shortened(detail))


def _judged(
    answer: HttpAnswer, expectation: Expectation, header_fault: str | None
) -> tuple[Outcome, bool, str | None]:
    """Outcome, partial, detail of an answer that came."""
    by_status = _outcome_of_status(answer.status, expectation)
    if by_status is Outcome.OK:
        return Outcome.OK, False, None
    if by_status is not None:
        told = _told(answer)
        return by_status, False, f"status {answer.status}: {told}" if told else f"status {answer.status}"
    body, fault = _checked(answer, expectation)
    reasons = _degraded_reasons(answer.headers, body)
    partial = _is_partial(reasons, body)
    if fault or header_fault:
        return Outcome.WRONG, partial, fault or header_fault
    if reasons or partial:
        return Outcome.DEGRADED, partial, ", ".join(reasons) or None
    return Outcome.OK, False, None


def _outcome_of_status(status: int, expectation: Expectation) -> Outcome | None:
    """None for a success: its headers and its body decide."""
    if status >= _FIRST_SERVER_ERROR:
        return Outcome.FAILED
    if status == _TOO_MANY_REQUESTS:
        return Outcome.REJECTED
    if status in expectation.refusals:
        return Outcome.OK
    return None if status in expectation.statuses else Outcome.WRONG


def _checked(answer: HttpAnswer, expectation: Expectation) -> tuple[object, str | None]:
    """The parsed body, where a check reads it, and what is wrong."""
    body: object = None
    if expectation.check_body is not None:
        try:
            body = orjson.loads(answer.body)
        except orjson.JSONDecodeError as error:
            return None, f"the body is not JSON: {error}"
        if fault := expectation.check_body(body):
            return body, fault
    return body, None if expectation.check_answer is None else expectation.check_answer(answer, body)


def _degraded_reasons(headers: Mapping[str, str], body: object) -> tuple[str, ...]:
    reasons = tuple(part.strip() for part in headers.get("degraded", "").split(",") if part.strip())
    if not reasons and isinstance(body, Mapping) and body.get("degraded") is True:
        return ("the body says degraded",)
    return reasons


def _is_partial(reasons: tuple[str, ...], body: object) -> bool:
    if isinstance(body, Mapping) and body.get("partial") is True:
        return True
    return any("partial" in reason.lower() for reason in reasons)


def _served_from(headers: Mapping[str, str]) -> tuple[ServedFrom | None, str | None]:
    value = headers.get("served-from")
    if value is None:
        return None, None
    try:
        return ServedFrom(value.strip().lower()), None
    except ValueError:
        return None, f"Served-From: {value!r}: must be one of {', '.join(ServedFrom)}"


def _age_s(headers: Mapping[str, str]) -> tuple[float | None, str | None]:
    value = headers.get("age")
    if value is None:
        return None, None
    try:
        age_s = float(value)
    except ValueError:
        age_s = math.nan
    if not 0 <= age_s < math.inf:
        return None, f"Age: {value!r}: must be seconds, 0 or more"
    return age_s, None


def _told(answer: HttpAnswer) -> str | None:
    """What an error answer says of itself: its RFC 9457 title and detail, else its first bytes."""
    try:
        problem: object = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return answer.body[:_LONGEST_DETAIL].decode("utf-8", "replace") or None
    if isinstance(problem, Mapping):
        parts = [str(problem[key]) for key in ("title", "detail") if problem.get(key)]
        if parts:
            return ": ".join(parts)
    return answer.body[:_LONGEST_DETAIL].decode("utf-8", "replace") or None


def told_also(classification: Classification, note: str) -> Classification:
    """The same with one thing more to tell."""
    detail = f"{classification.detail}; {note}" if classification.detail else note
    return replace(classification, detail=_shortened(detail))


def _shortened(text: str | None) -> str | None:
    if text is None or len(text) <= _LONGEST_DETAIL:
        return text
    return text[: _LONGEST_DETAIL - 1] + "…"
