"""Probes: each speaks a dependency's own protocol and tells what came back, and when."""

from chaos.probes.speech import Speech

_SPEECHES = {
    "elasticsearch": Speech("elasticsearch"),
    "postgres": Speech("postgres"),
    "redis-cache": Speech("redis"),
    "redis-state": Speech("redis"),
}


def speech_of(name: str) -> Speech | None:
    """What the local stack's dependency of that name speaks; None for another name."""
    return _SPEECHES.get(name)
