"""A run that left no journal: it was killed, or an activity ended the whole process."""

from collections.abc import Iterator

from chaos.supervision.findings import invalid
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

RULE = "no-journal"


def check_no_journal(run: SupervisedRun) -> Iterator[Finding]:
    """Whatever its exit code: without a journal nobody knows whether the rollbacks were played."""
    if run.journal is None:
        told = (
            "nobody saw how it ended" if run.exit_code is None else f"it ended with exit code {run.exit_code}"
        )
        rollbacks = run.played_afterwards or "its rollbacks may not have been played"
        yield invalid(RULE, "", f"Chaos Toolkit left no journal ({told}): {rollbacks}; see its log")
