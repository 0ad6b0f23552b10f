"""In the place of a LoadTestShape: what it says is read beforehand, so Locust must not follow it too."""

from locust import LoadTestShape
from locust.env import Environment


class PlannedShape(LoadTestShape):
    """Never comes to an end by itself: the schedule that was made of `original` does."""

    abstract = True

    def __init__(self, original: LoadTestShape) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Locust's own, in part
        self.original = original

    def tick(self) -> tuple[int, float]:
        """One user, who stands by."""
        return (1, 1.0)


def plan_shapes(environment: Environment) -> None:
    """Put one before each shape that Locust knows, under its name."""
    if environment.shape_class is not None:
        environment.shape_class = _planned(environment.shape_class)
    available = environment.available_shape_classes or {}
    for name, shape in available.items():
        available[name] = _planned(shape)


def _planned(shape: LoadTestShape) -> LoadTestShape:
    if isinstance(shape, PlannedShape):
        return shape
    named: type[PlannedShape] = type(type(shape).__name__, (PlannedShape,), {"abstract": False})
    return named(shape)
