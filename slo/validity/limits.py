"""How much the generator may have been at fault: beyond that, latency tells of it and not of the service."""

MOST_DISPATCH_LAG_MS = 10.0
"""Of the p99 of arrivals."""
MOST_LATE_SHARE = 0.01
"""Of the time: an arrival that was due in it would have started more than 10 ms late. The p99 again, asked of
time itself, because few arrivals can miss what many would meet.
"""
MOST_STALL_S = 1.0
"""An answer that waited for the generator as long may count as a timeout."""
MOST_BUSY_SHARE = 0.9
"""Of a core, in use or waited for: above it queues in the generator itself grow without bound."""
MOST_CLOCK_STEP_MS = 10.0
"""Above it, instants of the load and of the faults cannot be compared."""
MOST_UNDELIVERED = 0.005
"""Of all arrivals."""

SEND_LESS = "send less from one worker: fewer personas, a lower rate, or more workers on cores of their own"
"""What helps a generator that is too slow."""
