"""When a canary is taken back."""

import pytest

from stormproof.balancer.counts import Counts
from stormproof.drills.canary_judge import CanaryDecision, judge_canary


@pytest.mark.parametrize(
    ("stable", "canary", "decision"),
    [
        (Counts(100, 0), Counts(9, 9), CanaryDecision.GO_ON),
        (Counts(100, 0), Counts(10, 6), CanaryDecision.ROLL_BACK),
        (Counts(100, 0), Counts(100, 2), CanaryDecision.GO_ON),
        (Counts(100, 50), Counts(100, 50), CanaryDecision.GO_ON),
        (Counts(100, 60), Counts(100, 10), CanaryDecision.GO_ON),
        (Counts(0, 0), Counts(50, 25), CanaryDecision.GO_ON),
        (Counts(1000, 5), Counts(100, 10), CanaryDecision.ROLL_BACK),
    ],
    ids=[
        "too few requests tell nothing",
        "many more failures",
        "no more than is left alone",
        "both fail alike: it is not the release",
        "the canary is the better one",
        "nothing to compare with",
        "a small rise, over many requests",
    ],
)
def test_a_canary_goes_back_when_it_fails_more_and_not_by_chance(
    stable: Counts, canary: Counts, decision: CanaryDecision
) -> None:
    assert judge_canary(stable, canary) is decision
