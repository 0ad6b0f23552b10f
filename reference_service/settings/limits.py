"""Limits, by tenant and by client address, and locks."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, Seconds


class LimitsSettings(BaseModel):
    """Limits, by tenant and by client address, and locks."""

    # Limits: 3.3. The tiers' own limits (7.3) are a table: limits/tiers.py.
    burst: int = Field(10, ge=0, le=1_000_000)
    limit_window_s: Seconds = 60.0
    address_limit: Count = 20
    address_bound: Count = 100_000
    lock_s: Seconds = 30.0  # 1.1; renewed while the work goes on
