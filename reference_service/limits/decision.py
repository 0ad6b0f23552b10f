"""What a limit says about one request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """`limit` and `burst` are requests per window; `reset_s` is the time until the oldest one leaves it."""

    allowed: bool
    limit: int
    burst: int
    window_s: float
    remaining: int
    reset_s: float
