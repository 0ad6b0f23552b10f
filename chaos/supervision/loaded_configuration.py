"""An experiment's configuration as its activities get it."""

from collections.abc import Mapping

from chaoslib.configuration import load_configuration
from chaoslib.exceptions import ChaosException
from pydantic import JsonValue

from chaos.supervision.experiment_file import ExperimentFile


def loaded_configuration(
    experiment: ExperimentFile, variables: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """With what the environment says, and with `variables` in place of it, as `--var` puts them.

    What a probe is to say once the experiment begins stays the probe: nothing is run.
    """
    try:
        loaded: dict[str, JsonValue] = load_configuration(dict(experiment.configuration), dict(variables))
    except ChaosException:  # a variable of the environment that is not set: validation says so
        return {**experiment.configuration, **variables}
    return loaded


def without_dynamic(configuration: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Without what only a probe could tell, so that what refers to it stays a reference."""
    return {
        name: value
        for name, value in configuration.items()
        if not (isinstance(value, Mapping) and value.get("type") == "probe")
    }
