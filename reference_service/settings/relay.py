"""The outbox and what carries it into Elasticsearch."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, Milliseconds, Seconds


class RelaySettings(BaseModel):
    """The outbox and what carries it into Elasticsearch."""

    # Relay of the outbox.
    relay_batch: Count = 500
    relay_batch_bytes: int = Field(
        8 * 1024**2, ge=1024, le=64 * 1024**2, description="of documents; Elasticsearch refuses over 100 MiB"
    )
    relay_poll_ms: Milliseconds = 250
    relay_limit_s: Seconds = 3.0
    # What Elasticsearch does not take for now is tried again after twice as long each time, from the first to
    # the second of these; so is a tenant of whom it takes nothing.
    relay_retry_s: Seconds = 0.5
    relay_retry_most_s: Seconds = 15.0
    # New changes are refused while so many wait: at 2 KB a document, 200 MB of outbox.
    outbox_high_water: int = Field(100_000, ge=10, le=10_000_000)
    outbox_tenant_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="of the mark; a tenant's changes are refused while so many of its own wait, so that one"
        " whose index is in trouble does not have everybody's refused",
    )
    outbox_late_s: Seconds = 60.0  # a change that waits longer degrades readiness
    outbox_keep_s: float = Field(
        12 * 3600, ge=60, description="longer than the snapshot interval of 6.3 (6 h)"
    )
