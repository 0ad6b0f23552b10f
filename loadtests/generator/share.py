"""Which part of a load one worker sends, and from when on."""

from dataclasses import dataclass

from loadtests.scenario import worker_name


@dataclass(frozen=True, slots=True)
class Share:
    """The arrivals with index = `index` modulo `count`."""

    index: int
    count: int
    start_ns: int
    """UTC instant of the schedule's zero, the same for all workers."""

    @property
    def worker(self) -> str:
        """As the evidence calls who sends it."""
        return worker_name(self.index)
