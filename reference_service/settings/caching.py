"""How long kept answers are worth something."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, Seconds


class CachingSettings(BaseModel):
    """How long kept answers are worth something."""

    # Caches: 1.1; the stale lifetimes are used only when the live path is broken.
    search_fresh_s: Seconds = 300.0
    document_fresh_s: Seconds = 600.0
    job_fresh_s: Seconds = 1800.0
    # A search is popular when one worker is asked for it so often in a window.
    popular_asked: Count = 10
    popular_window_s: Seconds = 60.0
    popular_bound: Count = 10_000
    popular_fresh_s: Seconds = 900.0
    # Documents that the filter of existing ones has room for: 1.2 bytes each, in every worker.
    known_documents: int = Field(2_000_000, ge=1000, le=100_000_000)
    known_renew_s: Seconds = 3600.0
    # A start asks for what was popular last, for at most so long.
    warm_searches: Count = 200
    warm_s: Seconds = 2.0
    warm_note_every_s: Seconds = 15.0
    # A kept search is at most so much older than the tenant's latest indexed change, while the tenant writes.
    invalidate_every_s: Seconds = 10.0
    visible_s: Seconds = 1.2  # from indexing to being found: the refresh interval (5.1), and a little
    stale_s: Seconds = 3600.0
    identity_fresh_s: Seconds = 300.0
    identity_stale_s: Seconds = 900.0
    identity_bound: Count = 10_000
