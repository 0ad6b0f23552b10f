"""What metrics and logs tell apart."""

from __future__ import annotations

from pydantic import BaseModel

from reference_service.settings.units import Count


class ObservabilitySettings(BaseModel):
    """What metrics and logs tell apart."""

    tenant_labels: Count = 100  # tenants that metrics tell apart; all others count as `other`
