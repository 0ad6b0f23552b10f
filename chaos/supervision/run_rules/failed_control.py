"""Controls that could not be used, or whose own failure Chaos Toolkit hid in its log."""

import re
from collections.abc import Iterator

from chaos.supervision.findings import invalid
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

MISSING, FAILED = "missing-control", "failed-control"
_MISSING = re.compile(r"Could not find Python module '(?P<module>[^']+)' in control '(?P<name>[^']+)'")
_UNLOADED = re.compile(r"Control module '(?P<module>[^']+)' could not be loaded")
_FAILED = re.compile(
    r"(?P<scope>Before|After)-control '(?P<name>[^']+)' (?P<how>failed|interrupted the execution)"
    r"|Control initialization '(?P<initial>[^']+)' failed"
)


def check_failed_control(run: SupervisedRun) -> Iterator[Finding]:
    """Each once, however often it was called: a safeguard that is not there protects nobody."""
    found: dict[tuple[str, str], str] = {}
    for line in run.log:
        if missing := _MISSING.search(line) or _UNLOADED.search(line):
            found.setdefault((MISSING, missing["module"]), f"module {missing['module']} cannot be imported")
        elif failed := _FAILED.search(line):
            name = failed["name"] or failed["initial"]
            how = failed["how"] or "failed when it was set up"
            found.setdefault((FAILED, name), f"control {name} {how}, and the experiment went on without it")
    if run.journal is not None and run.journal.status == "interrupted":
        # Then a control that interrupts was heard.
        found = {key: reason for key, reason in found.items() if "interrupted the execution" not in reason}
    for (rule, _), reason in found.items():
        yield invalid(rule, "controls", reason)
