"""A tolerance that accepts what its probe said, and every altered form of it."""

from collections.abc import Iterator

from chaos.supervision.altered_answers import altered
from chaos.supervision.experiment_file import place
from chaos.supervision.file_rules.accepting_tolerance import accepts_all
from chaos.supervision.findings import invalid
from chaos.supervision.run_rules.told_probe import shown
from chaos.supervision.supervised_run import SupervisedRun
from chaos.supervision.tolerance import holds
from evidence.experiment_record import Finding

RULE = "unfailing-tolerance"


def check_unfailing_tolerance(run: SupervisedRun) -> Iterator[Finding]:
    """Asked again with altered answers: a tolerance that refuses none of them cannot fail."""
    first = run.journal.steady_states.first if run.journal is not None and run.journal.dry is None else None
    for position, one in enumerate(first.probes if first is not None else ()):
        if accepts_all(one.activity.tolerance, one.activity) is not None:
            continue  # its file gives it away already
        others = altered(one.output)
        accepted = one.activity.name in run.asked.unfailing or all(
            holds(one.activity.tolerance, other, run.configuration) for other in others
        )
        if one.tolerance_met and accepted:
            where = place("steady-state-hypothesis.probes", position, one.activity)
            reason = (
                f"its tolerance accepts {shown(one.output)} and whatever else it is asked about, errors too"
            )
            yield invalid(RULE, where, reason)
