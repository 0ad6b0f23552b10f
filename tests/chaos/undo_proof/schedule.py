"""What a trial breaks, and when its runner is killed: all from a seed."""

import random
from dataclasses import dataclass, field

from pydantic import JsonValue

NETWORK = ("latency", "refused")
FROZEN = ("frozen",)
RESTARTED = ("killed", "restarted-with")

LONGEST_HOLD_S = 3.0
_FAULTS: dict[str, dict[str, JsonValue]] = {
    "latency": {"latency_ms": 300},
    "refused": {},
    "frozen": {},
    "slowed": {"running_share": 0.3, "period_ms": 300},
    "killed": {},
    "restarted-with": {"environment": {"TZ": "UTC"}},
}
_TARGETS = ("postgres", "redis-cache", "redis-state")
"""Those that are back within a second or two: a search engine that starts again and again proves no more."""


@dataclass(frozen=True)
class Break:
    """One action of an experiment."""

    fault: str
    target: str
    parameters: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """One experiment, and the moment of its runner's death."""

    seed: int
    breaks: tuple[Break, ...]
    killed_after_s: float
    """From the moment at which the first fault is about to be made: before, while and after it is."""
    watchdog_too: bool


def make_trial(seed: int, *, watchdog_too: bool) -> Trial:
    """One to three faults, each on a target of its own so that each is felt alone."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    targets = chance.sample(_TARGETS, chance.randint(1, 3))
    faults = [chance.choice(sorted(_FAULTS)) for _ in targets]
    breaks = tuple(
        Break(fault, target, _FAULTS[fault]) for fault, target in zip(faults, targets, strict=True)
    )
    return Trial(seed, breaks, chance.uniform(0, LONGEST_HOLD_S), watchdog_too)
