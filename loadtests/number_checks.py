"""What can be wrong with a number of a scenario."""

import math
from collections.abc import Iterator

from evidence.errors import Problem


def above_zero(where: str, value: float) -> Iterator[Problem]:
    """Finite, too."""
    if not 0 < value < math.inf:
        yield Problem(where, repr(value), "must be a finite number above 0")


def not_negative(where: str, value: float) -> Iterator[Problem]:
    """Finite, too."""
    if not 0 <= value < math.inf:
        yield Problem(where, repr(value), "must be a finite number, 0 or more")
