"""One Elasticsearch node of three is lost: the elected master."""

from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.elasticsearch_cluster import NODES, cluster, elected_master
from stormproof.drills.part_steps import kill, start

_FAILOVER_WITHIN_S = 120.0
_WHOLE_WITHIN_S = 300.0


def _run(context: DrillContext) -> None:
    lost = elected_master(context.ports)
    left = next(name for name in NODES if name != lost)
    context.fail(f"killing {lost}, the elected master")
    kill(context, lost)
    with context.step("the cluster elects a master and makes replicas primaries"):
        context.until(
            "a cluster of two nodes with every primary",
            lambda: cluster(context.ports, left).has(nodes=2, status="yellow"),
            _FAILOVER_WITHIN_S,
        )
    context.restored()
    with context.step(f"{lost} comes back"):
        start(context, lost)
    with context.step("every replica is made again"):
        context.until(
            "a green cluster of three nodes",
            lambda: cluster(context.ports, left).has(nodes=3, status="green"),
            _WHOLE_WITHIN_S,
        )


ACTION = DrillAction(_run)
