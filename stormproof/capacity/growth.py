"""What growth takes: the analysis's table (section 1.1), by its own figures and by measured ones. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

LEAST_INSTANCES, MOST_INSTANCES = 3, 50
"""Of the autoscaler: the analysis, section 1.1."""
UTILISATION = 0.7
"""The CPU that the autoscaler aims for, so that much of an instance's capacity: section 1.1."""
REPLICAS = 1
"""Copies of each document beside the first: section 5.1."""
DOCUMENTS_A_NODE = 1_000_000
"""What one Elasticsearch node of the prototype holds: section 1.1."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A size of the service."""

    name: str
    documents: int
    requests_per_s: float
    planned_nodes: int | None = None
    """Elasticsearch data nodes that the analysis plans for it, at least; None where it plans none."""
    planned_redis: str | None = None
    """What it plans of Redis."""


STAGES = (
    Stage("prototype", 1_000_000, 500),
    Stage("10 times", 10_000_000, 5_000),
    # As the analysis writes its "100x": a thousand times the documents, two hundred times an instance's rate.
    Stage("100 times", 1_000_000_000, 100_000, 30, "a cluster of 3 masters and 3 replicas"),
)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What one unit does, and what one request costs; each with where the figure is from."""

    source: str
    instance_per_s: float
    """Requests that one instance of the service answers within its objectives."""
    searches_a_request: float
    """Searches that reach Elasticsearch, of each request."""
    node_searches_per_s: float | None
    """Searches that one Elasticsearch node answers; None where that was not reached or not assumed."""
    redis_commands_a_request: float
    redis_commands_per_s: float
    """Commands that one Redis server answers."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What one stage takes, with the assumptions beside each number."""

    stage: Stage
    source: str
    instances: int
    instances_because: str
    nodes: int
    nodes_because: str
    redis_commands_per_s: float
    redis_servers: int
    redis_because: str


ANALYSIS = UnitFigures(
    source="the analysis",
    instance_per_s=500,
    searches_a_request=1.0,
    node_searches_per_s=None,
    redis_commands_a_request=2.0,
    redis_commands_per_s=100_000,
)
"""Section 1.1. It names no searches a node; one command to each Redis a request is the service's."""


def growth_of(stage: Stage, figures: UnitFigures) -> Growth:
    """Instances, nodes and Redis servers, each rounded up."""
    usable_per_s = figures.instance_per_s * UTILISATION
    instances = max(LEAST_INSTANCES, ceil(stage.requests_per_s / usable_per_s))
    because = (
        f"{stage.requests_per_s:,.0f}/s over {figures.instance_per_s:,.0f}/s an instance at {UTILISATION:.0%}"
        f", at least {LEAST_INSTANCES}"
    )
    if instances > MOST_INSTANCES:
        because += f"; the autoscaler of section 1.1 stops at {MOST_INSTANCES}"
    nodes, nodes_because = _nodes(stage, figures)
    if stage.planned_nodes is not None:
        held = stage.documents * (1 + REPLICAS) / stage.planned_nodes
        nodes_because += f". Section 1.1 plans {stage.planned_nodes}: each would hold {held:,.0f}"
    commands_per_s = stage.requests_per_s * figures.redis_commands_a_request
    planned = f". Section 1.1 plans {stage.planned_redis} at least" if stage.planned_redis else ""
    servers = max(2, ceil(commands_per_s / (figures.redis_commands_per_s * UTILISATION)))
    return Growth(
        stage,
        figures.source,
        instances,
        because,
        nodes,
        nodes_because,
        commands_per_s,
        servers,
        f"{figures.redis_commands_a_request:.2g} commands a request over {figures.redis_commands_per_s:,.0f}"
        f"/s a server at {UTILISATION:.0%}, at least 2 (cache and state){planned}",
    )


def _nodes(stage: Stage, figures: UnitFigures) -> tuple[int, str]:
    by_documents = ceil(stage.documents * (1 + REPLICAS) / DOCUMENTS_A_NODE)
    by_documents_because = (
        f"{stage.documents:,} documents and {REPLICAS} copy over {DOCUMENTS_A_NODE:,} a node (section 1.1)"
    )
    if figures.node_searches_per_s is None:
        return by_documents, f"{by_documents_because}; searches a node are not named"
    searches_per_s = stage.requests_per_s * figures.searches_a_request
    by_searches = ceil(searches_per_s / (figures.node_searches_per_s * UTILISATION))
    by_searches_because = (
        f"{searches_per_s:,.0f} searches/s ({figures.searches_a_request:.2g} a request) over "
        f"{figures.node_searches_per_s:,.0f}/s a node at {UTILISATION:.0%}"
    )
    if by_searches > by_documents:
        return by_searches, f"{by_searches_because}; documents alone: {by_documents:,}"
    return by_documents, f"{by_documents_because}; searches alone: {by_searches:,}"
