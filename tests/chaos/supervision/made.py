"""Runs of experiments as Chaos Toolkit would tell them."""

from dataclasses import replace

from pydantic import JsonValue

from chaos.supervision.experiment_file import Activity, ExperimentFile, Hypothesis, Provider
from chaos.supervision.journal import ActivityRun, Asked, Journal, SteadyStates
from chaos.supervision.supervised_run import SupervisedRun

PYTHON = Provider("python", module="lamp", func="switch")
HTTP = Provider("http", url="http://127.0.0.1:1/")
PROCESS = Provider("process", path="sh")


def probe(
    tolerance: JsonValue = True, provider: Provider = PYTHON, *, limit_s: float | None = None
) -> Activity:
    return Activity("look", "probe", replace(provider, timeout=limit_s), tolerance=tolerance)


def action(provider: Provider = PYTHON, *, limit_s: float | None = None) -> Activity:
    return Activity("break", "action", replace(provider, timeout=limit_s))


def experiment(
    *probes: Activity,
    method: tuple[Activity, ...] = (action(),),
    rollbacks: tuple[Activity, ...] = (action(),),
) -> ExperimentFile:
    return ExperimentFile(
        "made", hypothesis=Hypothesis("h", probes or (probe(),)), method=method, rollbacks=rollbacks
    )


def ran(activity: Activity, output: JsonValue = True, status: str | None = "succeeded") -> ActivityRun:
    return ActivityRun(activity, status, output, 0.01)


def asked(output: JsonValue = True, *, met: bool = True, tolerance: JsonValue = True) -> Asked:
    return Asked(met, (replace(ran(probe(tolerance), output), tolerance_met=met),))


SOUND = Journal(
    "completed",
    steady_states=SteadyStates(asked(), asked()),
    run=(ran(action()),),
    rollbacks=(ran(action()),),
)


def run_of(journal: Journal | None = SOUND, of: ExperimentFile | None = None) -> SupervisedRun:
    return SupervisedRun(of or experiment(), 0, journal)
