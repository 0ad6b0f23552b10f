"""How the arrivals of a persona are placed on the curve of its rate."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import count

import numpy as np

from loadtests.arrivals.curve import NS_PER_S, Floats, Instants, RateCurve
from loadtests.arrivals.flat import Flat

_CHUNK = 1024
"""Arrivals drawn at a time; the stream does not depend on it."""
_NEVER_S = 2.0**32
"""136 years."""


class ArrivalProcess(StrEnum):
    """How the instants of a persona are spread."""

    CONSTANT = "constant"
    """Evenly: arrival n where the number expected passes n."""
    POISSON = "poisson"
    """As many independent clients do: where it passes the points of a Poisson process of rate 1."""


def instant_chunks(
    process: ArrivalProcess, curve: RateCurve, generator: np.random.Generator, chunk: int = _CHUNK
) -> Iterator[Instants]:
    """Without end, in time order; an arrival that never comes has an instant beyond any run."""
    match process, curve:
        case ArrivalProcess.CONSTANT, Flat():
            yield from (curve.equal_gaps_ns(first, chunk) for first in count(0, chunk))
        case ArrivalProcess.CONSTANT, _:
            yield from _placed(curve, (np.arange(n, n + chunk, dtype=np.float64) for n in count(0, chunk)))
        case ArrivalProcess.POISSON, Flat():
            yield from _added_up(curve.gaps_ns(generator.standard_exponential(chunk)) for _ in count())
        case ArrivalProcess.POISSON, _:
            # The time-rescaling theorem: the points of a Poisson process of rate 1, taken through the inverse
            # of the integral, are a Poisson process of that rate (Brown, Barbieri, Ventura, Kass and Frank,
            # Neural Computation 14, 2002, 325-346).
            yield from _placed(curve, _added_up(generator.standard_exponential(chunk) for _ in count()))


def _added_up[A: (Floats, Instants)](chunks: Iterator[A]) -> Iterator[A]:
    """The running sum; the last one is carried inside the next, so that chunks of any size give the same."""
    last = None
    for gaps in chunks:
        if last is not None:
            gaps[0] += last
        summed = np.cumsum(gaps)
        last = summed[-1]
        yield summed


def _placed(curve: RateCurve, counts: Iterator[Floats]) -> Iterator[Instants]:
    last_ns = 0
    for chunk in counts:
        instants = np.rint(np.minimum(curve.instants_s(chunk), _NEVER_S) * NS_PER_S).astype(np.int64)
        # A numerical inverse may be off by its last bit: arrivals at nearly one instant keep their order.
        instants[0] = max(instants[0], last_ns)
        ordered = np.maximum.accumulate(instants)
        last_ns = int(ordered[-1])
        yield ordered
