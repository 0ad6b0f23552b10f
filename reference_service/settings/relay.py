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
    # New changes are refused while so many wait: at 2 KB a document, 200 MB of outbox.
    outbox_high_water: int = Field(100_000, ge=10, le=10_000_000)
    outbox_keep_s: float = Field(
        12 * 3600, ge=60, description="longer than the snapshot interval of 6.3 (6 h)"
    )
