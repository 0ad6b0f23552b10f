"""One deadline per request, from first byte to last."""

from __future__ import annotations

from pydantic import BaseModel, Field


class DeadlinesSettings(BaseModel):
    """One deadline per request, from first byte to last."""

    # One deadline per request, from first byte to last. The analysis's 30 s (2.1, 5.3) is the ceiling.
    search_deadline_s: float = Field(1.0, gt=0, le=30)
    get_deadline_s: float = Field(0.5, gt=0, le=30)
    index_deadline_s: float = Field(2.0, gt=0, le=30)
    delete_deadline_s: float = Field(2.0, gt=0, le=30)
    bulk_deadline_s: float = Field(10.0, gt=0, le=30)
    job_deadline_s: float = Field(0.5, gt=0, le=30)
    # Kept from calls for turning their result into an answer, also when the processor is held by others.
    answer_reserve_s: float = Field(0.05, ge=0, le=1)
    live_reserve_s: float = Field(0.2, ge=0, le=1)  # kept from a get for Elasticsearch behind the outbox
    outbox_reserve_s: float = Field(0.12, ge=0, le=1)  # kept from a get for asking the outbox
