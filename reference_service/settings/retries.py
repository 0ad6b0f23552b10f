"""How often a dependency is asked again, and how much it is asked at once."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Seconds


class RetriesSettings(BaseModel):
    """How often a dependency is asked again, and how much it is asked at once."""

    # 2.2: exponential 100, 200, 400 ms; linear 50, 100 ms; for PostgreSQL it names no times.
    elasticsearch_retries: int = Field(3, ge=0, le=10)
    elasticsearch_retry_s: Seconds = 0.1
    redis_retries: int = Field(2, ge=0, le=10)
    redis_retry_s: Seconds = 0.05
    postgres_retries: int = Field(3, ge=0, le=10)
    postgres_retry_s: Seconds = 0.1
    # Retries are at most this share of the calls, and so many more for quiet times.
    retry_budget: float = Field(0.1, ge=0, le=1)
    retry_reserve: float = Field(5.0, ge=0, le=1000)
    # So many times as many may wait for a dependency as may be under way.
    bulkhead_queue: int = Field(4, ge=0, le=100)
