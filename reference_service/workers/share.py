"""What one worker gets of what is meant for all of them."""

from __future__ import annotations

from reference_service.settings import Settings

LEAST_CONNECTIONS = 4


def share_of(settings: Settings, number: int) -> Settings:
    """The settings of worker `number`: the analysis's pools (section 1.1) are an instance's, not a worker's.

    Its pool of Elasticsearch connections is a node's, which an instance cannot know: each worker has its own.
    """
    return settings.model_copy(
        update={
            "worker": number,
            "postgres_connections": _share(settings.postgres_connections, settings.workers),
            "redis_connections": _share(settings.redis_connections, settings.workers),
        }
    )


def _share(connections: int, workers: int) -> int:
    return max(min(connections, LEAST_CONNECTIONS), connections // workers)
