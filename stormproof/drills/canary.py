"""A canary gets 5, 25, 50 and 100% of the clients, and is taken back because its error rate rises."""

from collections.abc import Callable

from stormproof.balancer.counts import Counts
from stormproof.drills.action import DrillAction
from stormproof.drills.canary_judge import CanaryDecision, judge_canary
from stormproof.drills.context import DrillContext, NotRecovered
from stormproof.drills.deploy_service import DeployedService

SHARES = (0.05, 0.25, 0.5, 1.0)
ROLLOUT_S = 1800.0
"""Over all steps, before it is scaled: the analysis, section 6.1."""
STABLE, CANARY = 1, 2
_JUDGED_EVERY_S = 1.0
_BAD_FROM_STEP = 1
"""From the second step on the release shows its defect: searches that have no time."""
_GOOD: dict[str, str] = {}
_BAD = {"SERVICE_SEARCH_DEADLINE_S": "0.001"}

_service = DeployedService((STABLE,))


def _run(context: DrillContext) -> None:
    instances = _service.instances
    stage_s = ROLLOUT_S / len(SHARES) / context.drill.time_scale
    for step, share in enumerate(SHARES):
        if step == _BAD_FROM_STEP:
            instances.stop(CANARY)
        if step in (0, _BAD_FROM_STEP):
            instances.start(CANARY, _BAD if step else _GOOD)
        if step == _BAD_FROM_STEP:
            context.fail("the canary begins to fail")
        with context.step(f"{share:.0%} of the clients go to the canary"):
            instances.share({STABLE: 1 - share, CANARY: share})
            decision = _watch(context, stage_s)
        if decision is CanaryDecision.ROLL_BACK:
            with context.step("the canary gets nobody any more, and ends"):
                instances.share({STABLE: 1.0, CANARY: 0.0})
                context.restored()
                instances.stop(CANARY)
            return
    raise NotRecovered("the canary got all clients, though it fails requests")


def _watch(context: DrillContext, stage_s: float) -> CanaryDecision:
    counts = _counter()
    deadline_ns = context.clock.now_ns() + round(stage_s * 1e9)
    before = (counts(STABLE), counts(CANARY))
    while context.clock.now_ns() < deadline_ns:
        context.wait(_JUDGED_EVERY_S)
        stable, canary = (counts(STABLE).since(before[0]), counts(CANARY).since(before[1]))
        if judge_canary(stable, canary) is CanaryDecision.ROLL_BACK:
            told = f"canary {canary.failed} of {canary.requests} failed, stable {stable.failed} of "
            context.notes.append(f"{told}{stable.requests}")
            return CanaryDecision.ROLL_BACK
    return CanaryDecision.GO_ON


def _counter() -> Callable[[int], Counts]:
    instances = _service.instances
    return lambda number: instances.balancer.counts(instances.url(number))


ACTION = DrillAction(_run, service=_service.serve)
