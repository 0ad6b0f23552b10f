"""A comparison as JUnit: green only where it is proven that nothing got worse.

REGRESSED and NOT PROVEN are failures of what decides (a skipped case would turn a pipeline green), INVALID is
an error: the experiment is to be mended. In parts of the runs, what is not proven is skipped.
"""

from evidence.comparison_record import CellChange, Change, ChangeVerdict, ComparisonRecord
from reports.comparison.view import meaning
from reports.junit_suites import About, Case, Trouble, render_suites
from slo.comparison.wording import told_figure, told_scope


def render_comparison_junit(record: ComparisonRecord) -> bytes:
    """The file's content: suites for the verdict, figures, contract, and whether the runs can be compared."""
    suites = {
        "comparison": [Case("comparison", _verdict(record))],
        "figures": [_change(one) for one in record.changes if one.decides or one.effect is not None],
        "contract": [_cell(one) for one in record.cells],
        "comparability": [
            Case(
                one.name,
                Trouble("error", "not-comparable", f"the runs differ: {'; '.join(one.values)}")
                if one.bars and not one.accepted
                else None,
            )
            for one in record.differences
        ],
    }
    about = About(
        {
            "before": ", ".join(run.id for run in record.before),
            "after": ", ".join(run.id for run in record.after),
        },
        record.after[-1].started_ns,
    )
    return render_suites(suites, about)


def _verdict(record: ComparisonRecord) -> Trouble | None:
    kinds = {
        ChangeVerdict.REGRESSED: ("failure", "regressed"),
        ChangeVerdict.NOT_PROVEN: ("failure", "not-proven"),
        ChangeVerdict.INVALID: ("error", "invalid"),
    }
    if record.verdict not in kinds:
        return None
    element, kind = kinds[record.verdict]
    return Trouble(element, kind, f"{record.verdict}: {meaning(record)}", "\n".join(record.reasons))


def _change(one: Change) -> Case:
    name = f"{told_figure(one)}, {told_scope(one.scope)}"
    return Case(name, _trouble(one.verdict, one.reason, one.needs or "", decides=one.decides))


def _cell(one: CellChange) -> Case:
    message = f"promised: {one.promise}; before: {one.observed_before}; after: {one.observed_after}"
    name = f"{one.operation} under {one.fault}: {one.kind or one.promise}"
    return Case(name, _trouble(one.verdict, message, "", decides=one.decides))


def _trouble(verdict: ChangeVerdict, message: str, body: str, *, decides: bool) -> Trouble | None:
    if verdict is ChangeVerdict.REGRESSED:
        return Trouble("failure", "regressed", message, body)
    if verdict is ChangeVerdict.NOT_PROVEN:
        return Trouble("failure" if decides else "skipped", "not-proven", message, body)
    return None
