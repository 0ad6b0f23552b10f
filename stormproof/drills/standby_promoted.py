"""The PostgreSQL primary is lost, and its standby promoted."""

from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.part_steps import kill, start
from stormproof.drills.postgres_servers import answers, execute, is_primary, other_server, primary_of

SILENCE_S = 2.0
"""So long a primary may be silent before it is given up; Patroni's default is 30 s."""
_WITHIN_S = 60.0


def _run(context: DrillContext) -> None:
    settings = context.settings
    lost = primary_of(settings)
    standby = other_server(settings, lost)
    context.fail(f"killing {lost}, the primary")
    kill(context, lost)
    with context.step(f"{lost} is silent for {SILENCE_S:g} s"):
        _until_silent(context, lost)
    with context.step(f"{standby} is promoted"):
        execute(settings, standby, "SELECT pg_promote(true, 60)")
        context.until(f"{standby} takes writes", lambda: is_primary(settings, standby), _WITHIN_S)
        # Its files then tell the new timeline, whoever asks them next.
        execute(settings, standby, "CHECKPOINT")
    with context.step("the service finds it"):
        context.until("writes are replicated again", context.probe.writes_replicated, _WITHIN_S)
    context.restored()
    with context.step(f"{lost} is copied anew and follows"):
        start(context, lost)


def _until_silent(context: DrillContext, server: str) -> None:
    asked = int(SILENCE_S / 0.5)
    for _ in range(asked):
        context.wait(0.5)
        if answers(context.settings, server):
            context.notes.append(f"{server} answered after it had been killed")


ACTION = DrillAction(_run)
