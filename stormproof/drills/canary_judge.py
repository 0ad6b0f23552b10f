"""Whether a canary goes on: its failures beside those of the present release."""

from enum import StrEnum

from scipy.stats import fisher_exact

from stormproof.balancer.counts import Counts

LEAST_REQUESTS = 10
"""Fewer tell nothing."""
SIGNIFICANT = 0.01
"""So improbable must it be that the canary only had bad luck."""
WORST_SHARE = 0.02
"""A canary that fails no more than this is left alone, however little the other fails."""


class CanaryDecision(StrEnum):
    """What comes next."""

    GO_ON = "go on"
    ROLL_BACK = "roll back"


def judge_canary(stable: Counts, canary: Counts) -> CanaryDecision:
    """By Fisher's exact test, one-sided: exact for the few requests of a small share."""
    if canary.requests < LEAST_REQUESTS or canary.failed <= WORST_SHARE * canary.requests:
        return CanaryDecision.GO_ON
    table = [
        [canary.failed, canary.requests - canary.failed],
        [stable.failed, stable.requests - stable.failed],
    ]
    probability = float(fisher_exact(table, alternative="greater").pvalue)
    return CanaryDecision.ROLL_BACK if probability < SIGNIFICANT else CanaryDecision.GO_ON
