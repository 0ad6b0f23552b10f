"""The primary of the state Redis is lost, and the Sentinels promote its replica."""

import redis

from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.part_steps import kill, start
from stormproof.drills.redis_marks import marking, sentinel_client, sentinel_primary

_WITHIN_S = 60.0


def _run(context: DrillContext) -> None:
    ports = context.ports
    before = sentinel_primary(ports)
    lost = "redis-state" if before[1] == ports.proxy("redis-state") else "redis-state-2"
    with marking(lambda: sentinel_client(ports), context.clock) as marks:
        context.wait(3.0)
        context.fail(f"killing {lost}, the primary")
        kill(context, lost)
        with context.step("the Sentinels agree on another primary"):
            context.until("another primary", lambda: _is_another(context, before), _WITHIN_S)
        with context.step("the service finds it"):
            context.until("answers in full", context.probe.answers_in_full, _WITHIN_S)
        context.restored()
        context.wait(2.0)
    context.lost += marks.lost_from(sentinel_client(ports))
    context.notes.append(f"{len(marks.acknowledged_ns):,} marks were acknowledged by the state Redis")
    with context.step(f"{lost} comes back as a replica"):
        start(context, lost)
        context.until(f"{lost} follows", lambda: sentinel_primary(ports) != before, _WITHIN_S)


def _is_another(context: DrillContext, before: tuple[str, int]) -> bool:
    try:
        return sentinel_primary(context.ports) != before and bool(sentinel_client(context.ports).ping())
    except (redis.RedisError, OSError):
        return False


ACTION = DrillAction(_run)
