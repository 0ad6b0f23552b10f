"""Three instances are replaced one after another while clients go on."""

from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.deploy_service import DeployedService

OLD, NEW = (1, 2, 3), (4, 5, 6)
RELEASE = {"SERVICE_LOG_LEVEL": "WARNING"}
"""What tells the new release from the old one."""

_service = DeployedService(OLD)


def _run(context: DrillContext) -> None:
    instances = _service.instances
    serving = list(OLD)
    context.begin_without_failure("the deploy begins")
    for old, new in zip(OLD, NEW, strict=True):
        with context.step(f"instance {old} is replaced by {new}"):
            instances.start(new, RELEASE)
            serving = [*(one for one in serving if one != old), new]
            instances.share({**dict.fromkeys(serving, 1.0), old: 0.0})
            instances.stop(old)


ACTION = DrillAction(_run, service=_service.serve)
