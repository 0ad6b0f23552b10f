"""The code of each drill, by the drill's name."""

from collections.abc import Mapping

from stormproof.drills import (
    blue_green,
    canary,
    configuration_restored,
    elasticsearch_restored,
    everything_lost,
    node_lost,
    point_in_time,
    redis_restarted,
    rolling_deploy,
    sentinel_failover,
    standby_promoted,
)
from stormproof.drills.action import DrillAction

ACTIONS: Mapping[str, DrillAction] = {
    "node-lost": node_lost.ACTION,
    "standby-promoted": standby_promoted.ACTION,
    "sentinel-failover": sentinel_failover.ACTION,
    "redis-restarted": redis_restarted.ACTION,
    "elasticsearch-restored": elasticsearch_restored.ACTION,
    "point-in-time": point_in_time.ACTION,
    "rolling-deploy": rolling_deploy.ACTION,
    "blue-green": blue_green.ACTION,
    "canary": canary.ACTION,
    "everything-lost": everything_lost.ACTION,
    "configuration-restored": configuration_restored.ACTION,
}
