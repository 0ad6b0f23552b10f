"""A run that did not go on to its end: interrupted by a signal, a safeguard, an error."""

from collections.abc import Iterator

from chaos.supervision.findings import invalid
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

RULE = "cut-short"
_CUT = {"interrupted", "aborted"}
_CAUGHT = "Caught SIGTERM signal, interrupting experiment now"


def check_cut_short(run: SupervisedRun) -> Iterator[Finding]:
    """Told by who ended it, by the journal, or only by the log: an activity may swallow the interrupt."""
    if run.interrupted is not None:
        yield invalid(RULE, "", f"it was interrupted: {run.interrupted}")
    if run.journal is None:
        return
    before = run.journal.steady_states.before
    if run.journal.status in _CUT and run.interrupted is None and (before is None or before.met):
        reason = (
            f"Chaos Toolkit ended it as {run.journal.status}: a signal, a safeguard or an error cut it short"
        )
        yield invalid(RULE, "", reason)
    elif run.journal.status == "completed" and any(_CAUGHT in line for line in run.log):
        yield invalid(
            RULE,
            "",
            "it was told to end (SIGTERM), and an activity swallowed the interrupt: it went on regardless",
        )
    began = before is None or before.met
    failed_fast = any(one is not None and not one.met for one in run.journal.steady_states.during)
    if (
        began
        and not failed_fast
        and run.journal.dry is None
        and len(run.journal.run) < len(run.experiment.method)
    ):
        reason = f"{len(run.journal.run)} of {len(run.experiment.method)} activities were begun"
        yield invalid(RULE, "method", reason)
