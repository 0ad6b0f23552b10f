"""What the steady-state hypothesis of an experiment names."""

from collections.abc import Mapping, Sequence

from chaos.session import find_whereabouts
from chaos.targets.names import target_names
from chaos.targets.proxy import find_proxy
from chaos.timing import Timing
from chaos.verification import verify_answers

__all__ = ["answers"]


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
