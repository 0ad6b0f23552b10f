"""Everything that may be drawn."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from chaos.targets.names import ALL
from stormproof.fault_search.trial import DrawnFault, Trial

_MOST_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class FaultSpace:
    """Combinations of experiments that break different targets, within a stretch of whole seconds."""

    targets: Mapping[str, frozenset[str]]
    """What each experiment breaks: two that break the same one, or all, are not combined."""
    span_s: int
    """Every fault begins to heal by then."""
    least_hold_s: int = 3
    most_at_once: int = 3

    def __post_init__(self) -> None:
        """Raises ValueError for a space with nothing in it."""
        if not self.targets or self.most_at_once < 1 or not 0 < self.least_hold_s <= self.span_s:
            raise ValueError("a space needs an experiment, one fault at once, and room to hold it")

    def __contains__(self, trial: Trial) -> bool:
        """Whether it could be drawn."""
        names = [fault.experiment for fault in trial.faults]
        return (
            0 < len(names) <= self.most_at_once
            and set(names) <= set(self.targets)
            and self._fit(names)
            and all(
                fault.at_s >= 0 and fault.hold_s >= self.least_hold_s and fault.end_s <= self.span_s
                for fault in trial.faults
            )
        )

    def draw(self, seed: int, index: int) -> Trial:
        """The trial of that number in the stream of `seed`: the same on every machine."""
        source = random.Random(f"{seed} {index}")  # noqa: S311 -- reproducible, not secret
        names = sorted(self.targets)
        for _ in range(_MOST_DRAWS):
            chosen = sorted(source.sample(names, source.randint(1, min(self.most_at_once, len(names)))))
            if self._fit(chosen):
                return Trial(tuple(self._drawn(source, name) for name in chosen))
        return Trial((self._drawn(source, source.choice(names)),))

    def _drawn(self, source: random.Random, name: str) -> DrawnFault:
        hold_s = source.randint(self.least_hold_s, self.span_s)
        return DrawnFault(name, source.randint(0, self.span_s - hold_s), hold_s)

    def _fit(self, names: list[str]) -> bool:
        broken = [target for name in names for target in self.targets[name]]
        alone = ALL in broken and len(names) > 1
        return len(set(names)) == len(names) and len(set(broken)) == len(broken) and not alone
