"""Connections, and the longest that one call may take."""

from __future__ import annotations

from pydantic import BaseModel

from reference_service.settings.units import Count, Seconds


class ConnectionsSettings(BaseModel):
    """Connections, and the longest that one call may take."""

    # Connections: 1.1.
    elasticsearch_connections: Count = 50
    postgres_connections: Count = 20
    redis_connections: Count = 10
    redis_limit_s: Seconds = 0.1  # one command, waiting for a connection included
    identity_limit_s: Seconds = 0.4  # one look at the keys in PostgreSQL
    connect_limit_s: Seconds = 1.0
