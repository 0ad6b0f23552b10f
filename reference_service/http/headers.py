"""Headers that answers carry: security (the analysis, section 3.3), limits, and how the answer came about."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from functools import cache

from multidict import CIMultiDict, istr

from reference_service.answer import Answer
from reference_service.limits.decision import Decision

# As `istr`, whose lower-case form, by which headers are kept, is made once and not for each answer.
SERVED_FROM = istr("Served-From")
AGE = istr("Age")
DEGRADED = istr("Degraded")
DURABILITY = istr("Durability")
IDEMPOTENCY_REPLAYED = istr("Idempotency-Replayed")
REQUEST_ID = istr("X-Request-Id")
LIMIT, REMAINING = istr("RateLimit-Limit"), istr("RateLimit-Remaining")
RESET, POLICY = istr("RateLimit-Reset"), istr("RateLimit-Policy")

SECURITY: Mapping[str, str] = CIMultiDict(
    {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'self'",
        "X-XSS-Protection": "1; mode=block",
        # In place of the versions of Python and aiohttp.
        "Server": "document-search",
    }
)


def add_limit(headers: MutableMapping[str, str], decision: Decision) -> None:
    """RateLimit-Limit is what the window holds, burst included; the policy tells the two apart."""
    headers[LIMIT] = str(decision.limit + decision.burst)
    headers[REMAINING] = str(decision.remaining)
    headers[RESET] = str(math.ceil(decision.reset_s))
    headers[POLICY] = _policy(decision.limit, decision.window_s, decision.burst)


@cache
def _policy(limit: int, window_s: float, burst: int) -> str:
    return f"{limit};w={window_s:.0f};burst={burst}"


def answer_headers(answer: Answer) -> dict[str, str]:
    """Where the content came from, and its age in whole seconds if it was kept."""
    headers: dict[str, str] = {SERVED_FROM: answer.source.value}
    if answer.age_s is not None:
        headers[AGE] = str(int(answer.age_s))
    return headers
