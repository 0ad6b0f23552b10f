"""What the machine of the generator, not the target, can refuse a request."""

from enum import StrEnum


class LocalLimit(StrEnum):
    """Why a request was not sent though it was due."""

    OPEN_FILES = "open files"
    """Of the process (ulimit -n), or of the whole system."""
    PORTS = "local ports"
    """Every port from which a connection to the target can be made is taken."""
    MEMORY = "memory"
    """The kernel has none for another socket."""
    IN_FLIGHT = "requests in flight"
    """As many as the rate and the time limit explain were in flight already."""
