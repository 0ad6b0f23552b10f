"""What the steady-state hypothesis of an experiment names."""

from collections.abc import Mapping, Sequence

from chaos.session import find_whereabouts
from chaos.targets.names import target_names
from chaos.targets.proxy import find_proxy
from chaos.targets.service import find_service
from chaos.timing import Timing
from chaos.verification import verify_answers

__all__ = ["answers", "ready"]


def answers(
    targets: Sequence[str] | str, within_s: float = 5.0, configuration: Mapping[str, object] | None = None
) -> bool:
    """Each dependency gives a proper answer through its proxy; `all` are those behind every proxy.

    True, or raises ChaosError, which Chaos Toolkit takes as a hypothesis that is not met.
    """
    timing = Timing.real()
    whereabouts = find_whereabouts(configuration or {})
    for name in target_names(whereabouts, targets):
        verify_answers(find_proxy(whereabouts, name).door, timing, within_s=within_s)
    return True


def ready(
    services: Sequence[str], within_s: float = 5.0, configuration: Mapping[str, object] | None = None
) -> bool:
    """Each service says that it can answer: one of the stack by its name, any other by the URL that the
    configuration has for it under `targets`.

    True, or raises ChaosError, which Chaos Toolkit takes as a hypothesis that is not met.
    """
    timing = Timing.real()
    whereabouts = find_whereabouts(configuration or {})
    for name in services:
        verify_answers(find_service(whereabouts, name).door, timing, within_s=within_s)
    return True
