"""Limits by client address and the burst of all limits."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, Seconds


class LimitsSettings(BaseModel):
    """Limits by client address and the burst of all limits."""

    # Limits: 3.3. The tiers' own limits (7.3) are a table: limits/tiers.py.
    burst: int = Field(10, ge=0, le=10_000)
    limit_window_s: Seconds = 60.0
    address_limit: Count = 20
    address_bound: Count = 100_000
