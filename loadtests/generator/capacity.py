"""How many requests may be in flight at once."""

import logging
import math
import resource
from dataclasses import dataclass

from evidence.local_limit import LocalLimit

_logger = logging.getLogger(__name__)

DRAIN_MARGIN_S = 1.0
"""How long after the last timeout an answer is still waited for."""
_LEAST = 2_000
_FILES_OF_ITS_OWN = 200
"""File descriptors that are not connections: records, logs, Locust's web UI."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many requests may be in flight, and what the limit of it is."""

    requests: int
    limit: LocalLimit


def capacity_for(peak_rate_per_s: float, timeout_s: float) -> int:
    """What a target that stops answering holds: every request for the whole timeout, rate * timeout, and
    five standard deviations more for a random schedule. Less room would leave arrivals unsent though the
    generator is fast enough. The rate is that of the busiest such time.
    """
    held = peak_rate_per_s * (timeout_s + DRAIN_MARGIN_S)
    return max(_LEAST, math.ceil(held + 5 * math.sqrt(held)))


def allowed_capacity(wanted: int) -> Capacity:
    """`wanted`, or what the limit of open files leaves of it; that limit is raised as far as it can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _FILES_OF_ITS_OWN
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return Capacity(wanted, LocalLimit.IN_FLIGHT)
    raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    if raised >= needed:
        return Capacity(wanted, LocalLimit.IN_FLIGHT)
    _logger.warning(
        "Only %d files may be open, %d would let every arrival be sent while the target does not answer; "
        "arrivals beyond are recorded as undelivered. Raise the limit: ulimit -n %d",
        raised,
        needed,
        needed,
    )
    return Capacity(max(1, raised - _FILES_OF_ITS_OWN), LocalLimit.OPEN_FILES)
