"""How the service and each of its dependencies are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reference_service.resilience import BreakerState, Prober
from reference_service.workers.crew import Crew

STATUSES = ("green", "yellow", "red", "unknown")


@dataclass(frozen=True, slots=True)
class DependencyHealth:
    """`state`: up, down (a probe failed or a breaker is open) or unknown (not yet probed)."""

    state: str
    breakers: Mapping[str, str]
    detail: str


@dataclass(frozen=True, slots=True)
class Indexing:
    """How accepted changes get into Elasticsearch.

    `pending` wait, the oldest for `oldest_s` seconds; Elasticsearch takes nothing of `held_tenants` for now.
    `failure` is the kind of error with which this worker's last batch ended, if it did.
    """

    pending: int = 0
    oldest_s: float = 0.0
    held_tenants: int = 0
    failure: str = ""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """`status`: starting, ready, degraded (ready without something) or stopping."""

    status: str
    ready: bool
    identities_known: int
    workers: Crew
    dependencies: Mapping[str, DependencyHealth]
    indexing: Indexing


class Health:
    """Built from what probes and breakers know: asking costs no dependency anything."""

    def __init__(self, prober: Prober, identities_known: Callable[[], int], late_s: float) -> None:
        self._prober = prober
        self._identities_known = identities_known
        self._late_s = late_s
        self.started = False
        self.stopping = False
        self.retiring = False
        self.crew = Crew()
        self.cluster_status = "unknown"
        self.indexing = Indexing()

    def report(self) -> HealthReport:
        """The state now."""
        dependencies = self._dependencies()
        known = self._identities_known()
        ready = self.started and not self.stopping and (known > 0 or dependencies["postgres"].state == "up")
        if self.stopping:
            status = "stopping"
        elif not ready:
            status = "starting"
        else:
            healthy = all(d.state == "up" and _all_closed(d) for d in dependencies.values())
            in_time = not self.indexing.failure and self.indexing.oldest_s <= self._late_s
            status = "ready" if healthy and in_time and self.crew.complete else "degraded"
        return HealthReport(status, ready, known, self.crew, dependencies, self.indexing)

    @property
    def closing(self) -> bool:
        """Whether each answer is to be the last of its connection."""
        return self.stopping or self.retiring

    def know_crew(self, crew: Crew) -> None:
        """The supervisor told of all workers."""
        self.crew = crew

    @property
    def identities_known(self) -> int:
        """API keys that this worker can tell by itself."""
        return self._identities_known()

    def _dependencies(self) -> dict[str, DependencyHealth]:
        grouped: dict[str, list[tuple[str, str, bool | None, str]]] = {}
        for name, guard, probe in self._prober.states():
            entry = (name.rpartition(".")[2], guard.breaker.state.value, probe.healthy, probe.detail)
            grouped.setdefault(guard.dependency, []).append(entry)
        return {
            dependency: DependencyHealth(
                _state(
                    [False if state == BreakerState.OPEN else healthy for _, state, healthy, _ in entries]
                ),
                {kind: state for kind, state, _, _ in entries},
                next((detail for _, _, _, detail in entries if detail), ""),
            )
            for dependency, entries in grouped.items()
        }


def _state(findings: list[bool | None]) -> str:
    if any(finding is False for finding in findings):
        return "down"
    return "up" if all(findings) else "unknown"


def _all_closed(dependency: DependencyHealth) -> bool:
    return all(state == BreakerState.CLOSED for state in dependency.breakers.values())
