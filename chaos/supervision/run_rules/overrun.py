"""An activity that took longer than its file allows it."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import place
from chaos.supervision.findings import invalid
from chaos.supervision.journal import Asked
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

RULE = "overrun"
MARGIN_S = 0.25
"""For starting a process and for a busy machine."""
MARGIN_RATIO = 0.1


def longest_s(limit_s: float) -> float:
    """Beyond this an activity ignored its time limit."""
    return limit_s * (1 + MARGIN_RATIO) + MARGIN_S


def check_overrun(run: SupervisedRun) -> Iterator[Finding]:
    """Python providers ignore `timeout`, and so does every provider one beside it."""
    if run.journal is None:
        return
    states = run.journal.steady_states
    asked: tuple[Asked | None, ...] = (states.before, *states.during, states.after)
    parts = {
        "steady-state-hypothesis.probes": [one.probes for one in asked if one is not None],
        "method": [run.journal.run],
        "rollbacks": [run.journal.rollbacks],
    }
    for part, all_runs in parts.items():
        for runs in all_runs:
            for position, one in enumerate(runs):
                limit_s, took_s = one.activity.limit_s, one.duration
                if limit_s is not None and took_s is not None and took_s > longest_s(limit_s):
                    where = place(part, position, one.activity)
                    yield invalid(
                        RULE, where, f"took {took_s:.2f} s, its time limit is {limit_s:g} s: it is ignored"
                    )
