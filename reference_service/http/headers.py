"""Headers that answers carry: security (the analysis, section 3.3), limits, and how the answer came about."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping

from reference_service.answer import Answer
from reference_service.limits.decision import Decision

SERVED_FROM = "Served-From"
AGE = "Age"
DEGRADED = "Degraded"
DURABILITY = "Durability"
IDEMPOTENCY_REPLAYED = "Idempotency-Replayed"
REQUEST_ID = "X-Request-Id"

SECURITY: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'self'",
    "X-XSS-Protection": "1; mode=block",
}


def add_limit(headers: MutableMapping[str, str], decision: Decision) -> None:
    """RateLimit-Limit is what the window holds, burst included; the policy tells the two apart."""
    headers["RateLimit-Limit"] = str(decision.limit + decision.burst)
    headers["RateLimit-Remaining"] = str(decision.remaining)
    headers["RateLimit-Reset"] = str(math.ceil(decision.reset_s))
    headers["RateLimit-Policy"] = f"{decision.limit};w={decision.window_s:.0f};burst={decision.burst}"


def answer_headers(answer: Answer) -> dict[str, str]:
    """Where the content came from, and its age in whole seconds if it was kept."""
    headers = {SERVED_FROM: answer.source.value}
    if answer.age_s is not None:
        headers[AGE] = str(int(answer.age_s))
    return headers
