"""The parts: how each is prepared, started and asked."""

from stack import layout
from stack.layout import Profile
from stack.parts.elasticsearch import ElasticsearchPart
from stack.parts.part import Command, PartContext, StackPart, Unanswered
from stack.parts.postgres import PostgresPart
from stack.parts.redis import RedisPart
from stack.parts.replicated_postgres import ReplicatedPostgresPart
from stack.parts.replicated_redis import ReplicatedRedisPart
from stack.parts.sentinel import SentinelPart
from stack.parts.toxiproxy import ToxiproxyPart

_DEPENDENCIES: dict[Profile, tuple[StackPart, ...]] = {
    Profile.SINGLE: (ElasticsearchPart(), PostgresPart(), RedisPart.cache(), RedisPart.state()),
    Profile.REPLICAS: (
        *(ElasticsearchPart(node, layout.ELASTICSEARCH_NODES) for node in layout.ELASTICSEARCH_NODES),
        *(ReplicatedPostgresPart(server) for server in layout.POSTGRES_SERVERS),
        RedisPart.cache(),
        *(ReplicatedRedisPart(server) for server in layout.REDIS_STATE_SERVERS),
        *(SentinelPart(sentinel) for sentinel in layout.SENTINELS),
    ),
}


def dependency_parts(profile: Profile) -> tuple[StackPart, ...]:
    """All but Toxiproxy, in the order of `layout.dependencies`."""
    return _DEPENDENCIES[profile]


def toxiproxy_part(profile: Profile) -> ToxiproxyPart:
    """With a proxy for each dependency of the profile."""
    return ToxiproxyPart(profile)


__all__ = [
    "Command",
    "PartContext",
    "StackPart",
    "Unanswered",
    "dependency_parts",
    "toxiproxy_part",
]
