"""The local journal that takes writes while PostgreSQL is away."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from reference_service.settings.units import Milliseconds, Seconds


class JournalSettings(BaseModel):
    """The local journal that takes writes while PostgreSQL is away."""

    # A volume that outlives the process; workers of one machine share it.
    journal_dir: Path = Path("~/.local/state/document-search/journal")
    journal_bytes: int = Field(512 * 1024**2, ge=64 * 1024, le=64 * 1024**3, description="then it is full")
    journal_reserve_s: float = Field(0.3, ge=0, le=5, description="kept from PostgreSQL for the journal")
    journal_poll_ms: Milliseconds = 500
    # Sets that PostgreSQL would not even have as dead letters, say of a tenant that is gone, are tried again.
    journal_refused_every_s: Seconds = 60.0
