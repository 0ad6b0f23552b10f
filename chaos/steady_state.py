"""What the steady-state hypothesis of an experiment names."""

from collections.abc import Mapping, Sequence

from chaos.session import find_toxiproxy
from chaos.target import find_target
from chaos.timing import Timing
from chaos.verification import verify_answers

__all__ = ["answers"]


def answers(
    targets: Sequence[str], within_s: float = 5.0, configuration: Mapping[str, object] | None = None
) -> bool:
    """Each dependency gives a proper answer through its proxy.

    True, or raises ChaosError, which Chaos Toolkit takes as a hypothesis that is not met.
    """
    timing = Timing.real()
    toxiproxy = find_toxiproxy(configuration or {})
    for name in targets:
        verify_answers(find_target(toxiproxy, name), timing, within_s=within_s)
    return True
