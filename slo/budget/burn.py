"""Burn rates: how fast an error budget is spent, in multiples of the rate that spends it just by its
window's end.

Beyer et al., The Site Reliability Workbook (2018), chapter 5, Alerting on SLOs.
"""

from math import inf


def budget_ratio(target: float) -> float:
    """The share of events that may be bad. Raises ValueError unless 0 < target < 1."""
    if not 0 < target < 1:
        raise ValueError(f"target={target}: must be 0 < target < 1")
    return 1 - target


def burn_rate(bad: float, total: float, target: float) -> float | None:
    """The bad ratio in multiples of the one that is allowed; None without an event."""
    return bad / total / budget_ratio(target) if total else None


def exhausted_after_s(burn: float, window_s: float) -> float:
    """When a whole budget is spent at this rate; infinity where nothing burns."""
    return window_s / burn if burn > 0 else inf


def spent_share(burn: float, lasting_s: float, window_s: float) -> float:
    """The share of a window's budget that this rate spends in so long."""
    return burn * lasting_s / window_s


def threshold_of(share: float, alert_window_s: float, window_s: float) -> float:
    """The burn rate that spends `share` of a budget in an alert's window."""
    return share * window_s / alert_window_s


def detection_s(target: float, bad_ratio: float, alert_window_s: float, threshold: float = 1.0) -> float:
    """How long a failure of this ratio lasts before an alert on a window sees it, if all was well before:
    (1 - SLO) / error ratio x window x burn rate. Infinity where it never does.
    """
    after_s = budget_ratio(target) * threshold * alert_window_s / bad_ratio if bad_ratio > 0 else inf
    return after_s if after_s <= alert_window_s else inf
