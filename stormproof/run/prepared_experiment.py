"""An experiment that may be run: found, valid for Chaos Toolkit, and on hosts that somebody said yes to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from chaos.supervision.experiment_file import ExperimentFile, read_experiment
from chaos.supervision.hosts import hosts_off_loopback
from chaos.supervision.judgement import check
from chaos.supervision.toolkit_check import toolkit_problems
from evidence.errors import InvalidFile, Problem
from evidence.experiment_record import Finding
from evidence.verdict_record import Verdict
from stormproof.errors import BadInput
from stormproof.run.experiment import find_experiment


@dataclass(frozen=True, slots=True)
class ConfirmedHosts:
    """Hosts off this machine that somebody said yes to."""

    hosts: Collection[str]
    how: str
    """To say it, as `--confirm-host`."""


@dataclass(frozen=True, slots=True)
class PreparedExperiment:
    """A file, and what is in it."""

    file: Path
    parsed: ExperimentFile
    findings: tuple[Finding, ...]
    """What the file alone gives away."""


def prepare_experiment(
    name: str,
    folder: Path,
    *,
    confirmed: ConfirmedHosts,
    environment: Mapping[str, str],
    variables: Mapping[str, JsonValue] | None = None,
    known: PreparedExperiment | None = None,
) -> PreparedExperiment:
    """Find and check it; nothing is run. Raises BadInput, InvalidFile.

    `known` is the same file, checked before:
    only the hosts that it reaches with these variables are asked for again.
    """
    file = find_experiment(name, folder)
    checked = known or checked_experiment(file, folder, environment)
    reached = hosts_off_loopback(checked.parsed, variables or {})
    off = [host for host in reached if host not in confirmed.hosts]
    if off:
        raise BadInput(
            f"{file}: reaches {', '.join(off)}, which is not this machine. If you may break things there, "
            f"say so: {' '.join(f'{confirmed.how} {host}' for host in off)}"
        )
    return checked


def checked_experiment(file: Path, folder: Path, environment: Mapping[str, str]) -> PreparedExperiment:
    """A file that Chaos Toolkit takes, whose modules are looked up from `folder`. Raises InvalidFile."""
    problems = toolkit_problems(file, folder, environment)
    if problems:
        raise InvalidFile(file, problems, "Mend the experiment; nothing was run.")
    parsed = read_experiment(file)
    return PreparedExperiment(file, parsed, check(parsed))


def refuse_unsound(checked: PreparedExperiment) -> None:
    """Raises InvalidFile for an experiment whose run could only be INVALID."""
    unsound = [finding for finding in checked.findings if finding.verdict is Verdict.INVALID]
    if unsound:
        problems = tuple(Problem(found.where, found.rule, found.reason) for found in unsound)
        raise InvalidFile(checked.file, problems, "Mend the experiment; nothing was run.")
