"""Which requests are compared with which."""

from collections.abc import Sequence

import numpy as np

from evidence.comparison_record import Figure, Scope
from slo.comparison.requests import Chosen, ComparedRequests, Window


def common_scopes(runs: Sequence[ComparedRequests]) -> tuple[Scope, ...]:
    """The whole run; each tier, operation, phase and fault; each operation under each fault. What one of the
    runs has not is not compared.
    """
    tiers = _common([run.tiers for run in runs])
    operations = _common([run.operations for run in runs])
    phases = _common([tuple(run.phases) for run in runs])
    faults = _common([tuple(run.faults) for run in runs])
    return (
        Scope(),
        *(Scope(operation=one) for one in operations),
        *(Scope(tier=one) for one in tiers),
        *(Scope(phase=one) for one in phases),
        *(Scope(fault=one) for one in faults),
        *(Scope(operation=one, fault=fault) for fault in faults for one in operations),
    )


def decides(figure: Figure, scope: Scope) -> bool:
    """Whether the comparison rests on it: the whole run, and each operation over it; every recovery.

    Not the latency of all operations together, whose percentiles may lie in the gap between a fast one and a
    slow one. The others are too thin to be demanded of every run. A regression counts wherever it is found.
    """
    if figure is Figure.RECOVERY:
        return True
    if scope.tier is not None or scope.phase is not None or scope.fault is not None:
        return False
    return scope.operation is not None or figure is not Figure.LATENCY


def whole_stretch(scope: Scope) -> bool:
    """Whether it is all that was offered in a stretch of the run: what has a throughput."""
    return scope.tier is None and scope.operation is None


def chosen(requests: ComparedRequests, scope: Scope) -> Chosen:
    """The requests of a scope."""
    found = np.ones(requests.count, dtype=bool)
    for names, codes, name in (
        (requests.tiers, requests.tier, scope.tier),
        (requests.operations, requests.operation, scope.operation),
        (tuple(requests.phases), requests.phase, scope.phase),
    ):
        if name is not None:
            found &= codes == (names.index(name) + 1 if name in names else -1)
    if scope.fault is not None:
        found &= requests.within(requests.faults.get(scope.fault, ()))
    return found


def windows(requests: ComparedRequests, scope: Scope) -> tuple[Window, ...]:
    """The stretches of time of a scope."""
    if scope.phase is not None:
        return (requests.phases[scope.phase],)
    if scope.fault is not None:
        return requests.faults[scope.fault]
    return (requests.span,)


def _common(names: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for name in names[0] if all(name in others for others in names[1:]))
