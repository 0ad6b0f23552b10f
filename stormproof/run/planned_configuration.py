"""Whether experiments take what a plan gives them: Chaos Toolkit drops, silently, what they do not."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from chaos.supervision.loaded_configuration import loaded_configuration
from evidence.errors import Problem
from stormproof.plan import Plan
from stormproof.planned_experiment import PlannedExperiment
from stormproof.run.prepared_experiment import PreparedExperiment

_GIVEN_BY_THE_RUN = {"run_dir": "the run folder", "hold_s": "hold_s of the phase"}


def configuration_problems(plan: Plan, experiments: Mapping[str, PreparedExperiment]) -> Iterator[Problem]:
    """Where the plan and the configuration of an experiment do not go together.

    `experiments` are those of the plan, by the names that it gives them.
    """
    yield from _twin_problems(plan, experiments)
    for index, phase in enumerate(plan.phases):
        for position, planned in enumerate(phase.planned):
            part = f".experiments[{position}]" if phase.experiments else ""
            prepared = experiments[planned.experiment]
            where = f"phases[{index}]{part}"
            yield from _name_problems(planned, prepared, where)
            yield from _hold_problems(planned, prepared, where)
            yield from _variable_problems(planned, prepared, where)


def _twin_problems(plan: Plan, experiments: Mapping[str, PreparedExperiment]) -> Iterator[Problem]:
    """Faults are told, healed and judged by the name of their experiment's file."""
    files: dict[str, PreparedExperiment] = {}
    for index, phase in enumerate(plan.phases):
        together: set[Path] = set()
        for position, planned in enumerate(phase.planned):
            part = f".experiments[{position}]" if phase.experiments else ""
            where = f"phases[{index}]{part}.experiment"
            prepared = experiments[planned.experiment]
            other = files.setdefault(prepared.file.stem, prepared).file
            if other != prepared.file:
                allowed = f"must have another name than {other}: faults are told by the name of their file"
                yield Problem(where, str(prepared.file), allowed)
            elif phase.order == "together" and prepared.file in together:
                allowed = "must be named once: together, each would heal what the other breaks"
                yield Problem(where, planned.experiment, allowed)
            together.add(prepared.file)


def _name_problems(planned: PlannedExperiment, prepared: PreparedExperiment, where: str) -> Iterator[Problem]:
    configuration = loaded_configuration(prepared.parsed, planned.variables)
    name = configuration.get("experiment")
    stem = prepared.file.stem
    if prepared.parsed.names_our_faults and name is not None and name != stem:
        allowed = (
            f"its configuration has experiment: {name}, must be {stem}, as the file is named: the verdict "
            "and the contract look for its faults by that name"
        )
        yield Problem(f"{where}.experiment", planned.experiment, allowed)


def _hold_problems(planned: PlannedExperiment, prepared: PreparedExperiment, where: str) -> Iterator[Problem]:
    if planned.hold_s is not None and "hold_s" not in prepared.parsed.configuration:
        allowed = (
            f"{prepared.file} has no hold_s in its configuration, so that this would change nothing: write "
            'hold_s there and duration_s: "${hold_s}" in its hold, or leave it out here'
        )
        yield Problem(f"{where}.hold_s", f"{planned.hold_s:g}", allowed)


def _variable_problems(
    planned: PlannedExperiment, prepared: PreparedExperiment, where: str
) -> Iterator[Problem]:
    known = sorted(set(prepared.parsed.configuration) - set(_GIVEN_BY_THE_RUN))
    for name, value in planned.variables.items():
        if name in _GIVEN_BY_THE_RUN:
            yield Problem(
                f"{where}.variables.{name}", str(value), f"is told by {_GIVEN_BY_THE_RUN[name]} alone"
            )
        elif name not in known:
            one_of = f"must be one of {', '.join(known)}" if known else "it has none"
            allowed = f"{one_of}: the configuration of {prepared.file}"
            yield Problem(f"{where}.variables.{name}", str(value), allowed)
