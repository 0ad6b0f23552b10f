"""Actions that did not do what they were to do, and probes of the method that nobody judged."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from chaos.supervision.experiment_file import place
from chaos.supervision.findings import invalid, missed, not_proven
from chaos.supervision.journal import ActivityRun
from chaos.supervision.run_rules.told_probe import shown, told_run
from chaos.supervision.supervised_run import SupervisedRun
from chaos.supervision.tolerance import holds
from evidence.experiment_record import Finding

UNTOLERATED = "tolerance-in-method"
_FIRST_HTTP_ERROR = 400


def check_failed_activity(run: SupervisedRun) -> Iterator[Finding]:
    """Of the method: what failed, never ended, answered False or an error, or was out of its tolerance."""
    if run.journal is None or run.journal.dry is not None:
        return
    yield from _check(run, "method", "activity", run.journal.run)


def check_failed_rollback(run: SupervisedRun) -> Iterator[Finding]:
    """The same of the rollbacks, all of which must have been played."""
    if run.journal is None or run.journal.dry is not None:
        return
    yield from _check(run, "rollbacks", "rollback", run.journal.rollbacks)
    played, planned = len(run.journal.rollbacks), len(run.experiment.rollbacks)
    if played < planned:
        rest = run.played_afterwards or "what the method broke may be broken still"
        reason = f"{played} of {planned} were played: {rest}"
        yield invalid("rollbacks-not-played", "rollbacks", reason)


def refusal(output: JsonValue, provider: str) -> str | None:
    """Why what an activity returned means that it did not succeed; None where it does not."""
    if output is False:
        return "returned False"
    if not isinstance(output, Mapping) or provider not in {"http", "process"}:
        return None
    status = output.get("status")
    if provider == "process" and isinstance(status, int) and status != 0:
        return f"exited with {status}: {shown(output.get('stderr') or output.get('stdout'))}"
    if provider == "http" and isinstance(status, int) and status >= _FIRST_HTTP_ERROR:
        return f"was answered with {status}: {shown(output.get('body'))}"
    return None


def _check_tolerance(run: SupervisedRun, where: str, one: ActivityRun) -> Iterator[Finding]:
    told = holds(one.activity.tolerance, one.output, run.configuration)
    within = run.asked.within.get(where) if told is None else told
    if within is None:
        tolerance = shown(one.activity.tolerance)
        reason = f"nobody can tell whether {shown(one.output)} is within its tolerance {tolerance}"
        yield not_proven(UNTOLERATED, where, reason)
    elif not within:
        yield missed(UNTOLERATED, where, f"{told_run(one)}; Chaos Toolkit does not judge it there")


def _check(run: SupervisedRun, part: str, kind: str, runs: Sequence[ActivityRun]) -> Iterator[Finding]:
    for position, one in enumerate(runs):
        where = place(part, position, one.activity)
        if one.status is None:
            reason = (
                "never came to its end: it was interrupted, or interrupted the experiment and was not heard"
            )
            yield invalid(f"unended-{kind}", where, reason)
        elif one.status != "succeeded":
            yield invalid(f"failed-{kind}", where, f"failed: {one.error}")
        elif one.activity.tolerance is not None:
            yield from _check_tolerance(run, where, one)
        elif one.activity.type == "action" and (why := refusal(one.output, one.activity.provider.type)):
            yield invalid(f"refused-{kind}", where, f"{why}, and Chaos Toolkit takes that for success")
