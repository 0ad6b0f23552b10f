"""Where the true ratio lies when requests fail independently of each other; see `slo.inference` for all
others."""

from evidence.verdict_record import Interval
from slo.inference.ratio import ALPHA, EXACT, Need, infer, more_needed

METHOD = EXACT

__all__ = ["ALPHA", "METHOD", "Need", "exact_interval", "needed_events"]


def exact_interval(good: int, total: int, alpha: float = ALPHA) -> Interval:
    """Both one-sided bounds of Clopper and Pearson (Biometrika 26, 1934), each wrong with at most `alpha`.

    Raises ValueError unless 0 <= good <= total and total > 0.
    """
    return infer(good, total, None, alpha)


def needed_events(good: int, total: int, target: float, alpha: float = ALPHA) -> Need:
    """The least number of further requests that brings the exact lower bound to `target`: `more_needed`."""
    return more_needed(good, total, target, None, alpha)
