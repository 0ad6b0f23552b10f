"""A configuration without what tells the timeline: whose fault it is, and in which run folder."""

from collections.abc import Iterator, Mapping

from chaos.errors import InvalidArgumentError
from chaos.session import experiment_name
from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.findings import invalid
from evidence.experiment_record import Finding

RULE = "untold-fault"
_CONFIGURATION = "configuration"


def check_untold_fault(experiment: ExperimentFile) -> Iterator[Finding]:
    """What uses our actions or our control needs `experiment` and `run_dir` in its configuration.

    Chaos Toolkit drops a variable whose name the configuration does not have
    (chaoslib.configuration.load_configuration): the run folder that supervision gives would not arrive.
    """
    if not experiment.tells_timeline:
        return
    given = experiment.configuration
    if "run_dir" not in given:
        reason = 'is missing, so that its faults go to another run folder; write run_dir: ""'
        yield invalid(RULE, f"{_CONFIGURATION}.run_dir", reason)
    if "experiment" not in given:
        reason = "is missing, so that nothing is broken; name the experiment, as its file is named"
        yield invalid(RULE, f"{_CONFIGURATION}.experiment", reason)
    elif not isinstance(given["experiment"], Mapping):  # else it comes from the environment
        try:
            experiment_name(given)
        except InvalidArgumentError:
            reason = f"is {given['experiment']!r}: must be a name of letters, digits, - and _"
            yield invalid(RULE, f"{_CONFIGURATION}.experiment", reason)
