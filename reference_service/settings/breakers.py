"""When breakers open and close, and what counts as slow."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Seconds


class BreakersSettings(BaseModel):
    """When breakers open and close, and what counts as slow."""

    # Breakers: 2.1. A slow call is a failure; probes make recovery independent of users.
    breaker_failures: int = Field(5, ge=1, le=1000)
    breaker_successes: int = Field(3, ge=1, le=1000)
    breaker_reset_s: Seconds = 60.0
    probe_interval_s: Seconds = 1.0
    probe_limit_s: Seconds = 0.7
    elasticsearch_slow_read_s: Seconds = 0.8
    elasticsearch_slow_write_s: Seconds = 2.5
    postgres_slow_s: Seconds = 1.5
    redis_slow_s: Seconds = 0.1
