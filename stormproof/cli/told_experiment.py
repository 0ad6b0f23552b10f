"""What `stormproof validate` says of a Chaos Toolkit file."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from chaos.supervision.hosts import hosts_off_loopback
from reports.numbers import plural
from stormproof.run.prepared_experiment import checked_experiment, refuse_unsound


def is_experiment(content: object) -> bool:
    """Only an experiment has a method or a hypothesis."""
    return isinstance(content, Mapping) and not {"method", "steady-state-hypothesis"}.isdisjoint(content)


def told_experiment(file: Path) -> Iterator[str]:
    """What is in it and what to know of it. Raises InvalidFile for one that can prove nothing."""
    checked = checked_experiment(file.absolute(), Path.cwd(), {})
    refuse_unsound(checked)
    parsed = checked.parsed
    yield (
        f"{file} is valid: {plural(len(parsed.probes), 'probe')} of the hypothesis, "
        f"{plural(len(parsed.method), 'activity', 'activities')}, "
        f"{plural(len(parsed.rollbacks), 'rollback')}."
    )
    hosts = hosts_off_loopback(parsed, {})
    if hosts:
        confirmed = " ".join(f"--confirm-host {host}" for host in hosts)
        yield f"  reaches: {', '.join(hosts)} (to run it: {confirmed})"
    for finding in checked.findings:
        yield f"  {finding.verdict or 'warning'}: {finding}"
