"""What a request may ask for."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count


class RequestsSettings(BaseModel):
    """What a request may ask for."""

    # Requests: 3.3, 5.3.
    body_bytes: int = Field(
        10 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024, description="of documents and bulks"
    )
    bodies_bytes: int = Field(
        48 * 1024 * 1024,
        ge=1024,
        le=16 * 1024**3,
        description="of large bodies that a worker holds at once, at several times their size; others wait",
    )
    # Every search that is allowed fits, however its characters are escaped.
    small_body_bytes: int = Field(256 * 1024, ge=1024, le=1024 * 1024, description="of all other bodies")
    bulk_operations: int = Field(1000, ge=1, le=10_000, description="changes in one request")
    page_size: int = Field(100, ge=1, le=10_000)
    result_window: Count = 10_000
    query_length: Count = 512
    query_clauses: Count = 32
    query_depth: Count = 5
