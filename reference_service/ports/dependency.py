"""The dependencies by the names that proxies, health, metrics and Degraded headers use."""

from __future__ import annotations

from enum import StrEnum


class Dependency(StrEnum):
    """What the service stands on."""

    ELASTICSEARCH = "elasticsearch"
    POSTGRES = "postgres"
    REDIS_CACHE = "redis-cache"
    REDIS_STATE = "redis-state"
