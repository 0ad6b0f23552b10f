"""The parts: how each is prepared, started and asked."""

from stack.parts.elasticsearch import ElasticsearchPart
from stack.parts.part import Command, PartContext, StackPart, Unanswered
from stack.parts.postgres import PostgresPart
from stack.parts.redis import RedisPart
from stack.parts.toxiproxy import ToxiproxyPart

TOXIPROXY = ToxiproxyPart()
DEPENDENCIES: tuple[StackPart, ...] = (
    ElasticsearchPart(),
    PostgresPart(),
    RedisPart.cache(),
    RedisPart.state(),
)

__all__ = ["DEPENDENCIES", "TOXIPROXY", "Command", "PartContext", "StackPart", "Unanswered"]
