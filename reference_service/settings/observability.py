"""What metrics and logs tell apart."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, HttpUrl


class ObservabilitySettings(BaseModel):
    """What metrics and logs tell apart."""

    tenant_labels: Count = 100  # tenants that metrics tell apart; all others count as `other`
    # Traces: 4.3. Off unless there is somewhere to send them.
    trace_endpoint: HttpUrl | Literal[""] = Field("", description="such as http://127.0.0.1:4318/v1/traces")
    trace_ratio: float = Field(0.1, ge=0, le=1, description="share of requests that are traced")
