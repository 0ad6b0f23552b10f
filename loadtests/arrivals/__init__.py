"""When requests are sent: profiles, the arrivals that follow from them, and each worker's share.

A *profile* is what a scenario says of a persona's rate. Its *curve* is that rate as a function of time, given
by its integral (how many arrivals are expected by then) and the integral's inverse. A *process* places the
arrivals on the curve. All of it is a pure function of scenario and seed.
"""

from loadtests.arrivals.arrival import Arrival
from loadtests.arrivals.flat import Flat
from loadtests.arrivals.process import ArrivalProcess
from loadtests.arrivals.schedule import arrivals, count_arrivals, share_sizes, worker_share
from loadtests.arrivals.stream import ArrivalStream, offsets_ns

__all__ = [
    "Arrival",
    "ArrivalProcess",
    "ArrivalStream",
    "Flat",
    "arrivals",
    "count_arrivals",
    "offsets_ns",
    "share_sizes",
    "worker_share",
]
