"""The service of a deploy drill: a balancer at its port, and the present release behind it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from evidence.ports import HOST
from stormproof.balancer.balancer import balancing
from stormproof.drills.context import DrillContext
from stormproof.drills.instances import Instances

type Served = Callable[[DrillContext], AbstractContextManager[None]]


class DeployedService:
    """Makes the instances when the drill's frame wants the service, for the drill's steps to change."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._instances: Instances | None = None

    @property
    def instances(self) -> Instances:
        """Within the block of `serve`."""
        if self._instances is None:
            raise RuntimeError("the service of this drill was not started")
        return self._instances

    @contextmanager
    def serve(self, context: DrillContext) -> Iterator[None]:
        """The present release is ready, every instance with an equal share."""
        with balancing(HOST, context.ports.service) as balancer:
            self._instances = Instances(context, balancer)
            for number in self._numbers:
                self._instances.start(number)
            self._instances.share(dict.fromkeys(self._numbers, 1.0))
            yield
