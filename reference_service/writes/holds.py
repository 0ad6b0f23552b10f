"""Tenants of whose changes Elasticsearch takes none for now: they are passed over, and tried less often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reference_service.resilience import Backoff


@dataclass(frozen=True, slots=True)
class _Hold:
    failures: int
    until_s: float


class Holds:
    """Bounds what a blocked backlog costs: a batch's share of it now and then, and not all of it each time.

    Each worker learns for itself. A hold that nobody renewed is forgotten: another worker may have carried
    what was waiting.
    """

    def __init__(self, backoff: Backoff, now_s: Callable[[], float]) -> None:
        self._backoff = backoff
        self._now_s = now_s
        self._holds: dict[str, _Hold] = {}

    def __len__(self) -> int:
        """How many tenants are in trouble."""
        self._forget()
        return len(self._holds)

    def passed_over(self) -> Sequence[str]:
        """Tenants of whom nothing is to be taken now."""
        self._forget()
        now_s = self._now_s()
        return [tenant_id for tenant_id, hold in self._holds.items() if hold.until_s > now_s]

    def judge(self, tenant_id: str, *, some_taken: bool) -> None:
        """Of the tenant's changes in a batch, whether Elasticsearch took any or put all of them off."""
        if some_taken:
            self._holds.pop(tenant_id, None)
            return
        known = self._holds.get(tenant_id)
        failures = known.failures + 1 if known is not None else 1
        self._holds[tenant_id] = _Hold(failures, self._now_s() + self._backoff.wait_s(failures))

    def _forget(self) -> None:
        old_s = self._now_s() - 2 * self._backoff.most_s
        self._holds = {tenant_id: hold for tenant_id, hold in self._holds.items() if hold.until_s > old_s}
