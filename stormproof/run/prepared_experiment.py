"""An experiment that may be run: found, valid for Chaos Toolkit, and on hosts that somebody said yes to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from chaos.supervision.experiment_file import ExperimentFile, read_experiment
from chaos.supervision.hosts import hosts_off_loopback
from chaos.supervision.judgement import check
from chaos.supervision.toolkit_check import toolkit_problems
from evidence.errors import InvalidFile
from evidence.experiment_record import Finding
from stormproof.errors import BadInput
from stormproof.run.experiment import find_experiment


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
    confirmed_hosts: Collection[str],
    confirmation: str,
    environment: Mapping[str, str],
    variables: Mapping[str, str] | None = None,
) -> PreparedExperiment:
    """Find and check it; nothing is run. Raises BadInput, InvalidFile.

    `confirmation` is how to say yes to a host, as `--confirm-host`.
    """
    file = find_experiment(name, folder)
    problems = toolkit_problems(file, folder, environment)
    if problems:
        raise InvalidFile(file, problems, "Mend the experiment; nothing was run.")
    parsed = read_experiment(file)
    off = [host for host in hosts_off_loopback(parsed, variables or {}) if host not in confirmed_hosts]
    if off:
        raise BadInput(
            f"{file}: reaches {', '.join(off)}, which is not this machine. If you may break things there, "
            f"say so: {' '.join(f'{confirmation} {host}' for host in off)}"
        )
    return PreparedExperiment(file, parsed, check(parsed))
