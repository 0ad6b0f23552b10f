"""What is kept for how long: the analysis, section 6.5."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, Seconds


class UpkeepSettings(BaseModel):
    """What is kept for how long: the analysis, section 6.5. The outbox's own is in relay.py."""

    upkeep_every_s: Seconds = 3600.0
    audit_keep_days: int = Field(730, ge=31, le=36_500, description="2 years, in whole months")
    audit_months_ahead: Count = 12
    ended_session_keep_s: float = Field(
        86_400.0, ge=0, description="after its end, for whoever looks into it"
    )
