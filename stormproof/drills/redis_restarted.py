"""The state Redis is killed and started again on the files that it left."""

from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.part_steps import kill, start
from stormproof.drills.redis_marks import STORE, direct_client, marking

_WITHIN_S = 30.0


def _run(context: DrillContext) -> None:
    with marking(lambda: direct_client(context.ports), context.clock) as marks:
        context.wait(3.0)
        context.fail(f"killing {STORE}")
        kill(context, STORE)
        with context.step("it starts on its append-only file"):
            start(context, STORE)
        with context.step("the service finds it"):
            context.until("answers in full", context.probe.answers_in_full, _WITHIN_S)
        context.restored()
    context.lost += marks.lost_from(direct_client(context.ports))
    context.notes.append(f"{len(marks.acknowledged_ns):,} marks were acknowledged by the state Redis")


ACTION = DrillAction(_run)
