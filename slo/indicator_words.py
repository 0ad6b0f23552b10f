"""What is said of the things that an indicator counts."""

from slo.promise import Counted, Indicator, Objective
from slo.wording import duration

_SINGULAR = {Counted.REQUESTS: "request", Counted.ANSWERS: "answer", Counted.WRITES: "write"}
_GOOD = {
    Indicator.AVAILABILITY: "good",
    Indicator.LATENCY: "good within {}",
    Indicator.QUALITY: "full",
    Indicator.STALENESS: "no older than {}",
    Indicator.DURABILITY: "found again",
    Indicator.FRESHNESS: "found by search within {}",
}
_UNKNOWN = {
    Indicator.AVAILABILITY: "what became of {} is not recorded",
    Indicator.QUALITY: "what {} lacked is not recorded",
    Indicator.LATENCY: "the latency of {} is not recorded",
    Indicator.STALENESS: "the age of {} is not recorded",
    Indicator.DURABILITY: "nothing looked for {} after they were acknowledged",
    Indicator.FRESHNESS: "nothing looked, or not at the moment that decides, when a search first found {}",
}
_TELLING = {
    Indicator.AVAILABILITY: "needs evidence that records what became of requests",
    Indicator.QUALITY: "needs evidence that records what answers lacked",
    Indicator.LATENCY: "needs evidence that records how long requests took",
    Indicator.STALENESS: "needs answers that say where they come from and how old they are",
    Indicator.DURABILITY: "needs a check that looks for acknowledged writes and records what it found",
    Indicator.FRESHNESS: "needs writers that search for what they wrote, often enough to see it come",
}


def counted_thing(objective: Objective) -> str:
    """One of what the objective counts: request, answer, write."""
    return _SINGULAR[objective.indicator.counted]


def counted_things(objective: Objective, count: int = 0) -> str:
    """What the objective counts, slices of time where it counts those; one where `count` is 1."""
    plural = "" if count == 1 else "s"
    if objective.slices is None:
        return f"{counted_thing(objective)}{plural}"
    return f"slice{plural} of {duration(objective.slices.length_s)}"


def said_of_good(objective: Objective) -> str:
    """What the good ones were."""
    return _GOOD[objective.indicator].format(_threshold(objective))


def said_of_unknown(objective: Objective, unknown: int, total: int) -> str:
    """Why of so many nobody can tell."""
    things = f"{unknown:,} of {total:,} {counted_thing(objective)}s"
    return _UNKNOWN[objective.indicator].format(things)


def what_would_tell(objective: Objective) -> str:
    """Which evidence would know of them."""
    return _TELLING[objective.indicator]


def _threshold(objective: Objective) -> str:
    return "" if objective.threshold_ms is None else f"{objective.threshold_ms:g} ms"
