"""A run that only pretended."""

from collections.abc import Iterator

from chaos.supervision.findings import invalid
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding


def check_dry_run(run: SupervisedRun) -> Iterator[Finding]:
    """Nothing that was left out is evidence."""
    if run.journal is not None and run.journal.dry is not None:
        yield invalid("dry-run", "", f"it was a dry run ({run.journal.dry}): nothing of that was done")
