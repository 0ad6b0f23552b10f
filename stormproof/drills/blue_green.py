"""All clients move from the old release to the new one at once, and could move back as fast."""

from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.deploy_service import DeployedService
from stormproof.drills.rolling_deploy import RELEASE

BLUE, GREEN = (1, 2), (3, 4)
_BACK_AND_FORTH_S = 3.0

_service = DeployedService(BLUE)


def _run(context: DrillContext) -> None:
    instances = _service.instances
    with context.step("green starts beside blue"):
        for number in GREEN:
            instances.start(number, RELEASE)
    context.begin_without_failure("clients move")
    blue, green = dict.fromkeys(BLUE, 1.0), dict.fromkeys(GREEN, 1.0)
    nothing_blue, nothing_green = dict.fromkeys(BLUE, 0.0), dict.fromkeys(GREEN, 0.0)
    with context.step("to green"):
        instances.share({**nothing_blue, **green})
        context.wait(_BACK_AND_FORTH_S)
    with context.step("back to blue, which is still there"):
        instances.share({**blue, **nothing_green})
        context.wait(_BACK_AND_FORTH_S)
    with context.step("to green again; blue ends"):
        instances.share({**nothing_blue, **green})
        for number in BLUE:
            instances.stop(number)


ACTION = DrillAction(_run, service=_service.serve)
