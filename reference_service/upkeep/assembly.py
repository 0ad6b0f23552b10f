"""Makes upkeep, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from reference_service.locks.locks import Locks
from reference_service.ports.assembly import Ports
from reference_service.ports.redis_locks import RedisLocks
from reference_service.settings import Settings
from reference_service.upkeep.upkeep import Upkeep, UpkeepPolicy


def upkeep(settings: Settings, ports: Ports, now_s: Callable[[], float]) -> Upkeep:
    """Of this worker; which of the workers does the work is settled each time."""
    policy = UpkeepPolicy(
        settings.upkeep_every_s,
        settings.audit_months_ahead,
        timedelta(days=settings.audit_keep_days),
        timedelta(seconds=settings.ended_session_keep_s),
    )
    locks = Locks(RedisLocks(ports.redis_state), settings.lock_s, now_s)
    return Upkeep(locks, ports.upkeep_store, policy)
