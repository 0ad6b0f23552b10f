"""The command that runs one experiment with Chaos Toolkit."""

import sys
from collections.abc import Collection
from pathlib import Path

from chaos.address import CONFIRM_HOSTS


def events_path(journal_path: Path) -> Path:
    """Where Chaos Toolkit streams what it is at."""
    return journal_path.with_suffix(".events.jsonl")


def experiment_command(
    experiment_path: Path,
    run_dir: Path,
    hold_s: float,
    journal_path: Path,
    *,
    further: tuple[str, ...] = (),
    confirmed: Collection[str] = (),
) -> tuple[str, ...]:
    """The arguments to start it with; nothing is started here.

    Rollbacks always run, nobody is asked for newer versions, and the log and the events lie beside the
    journal, whose folder must exist. `further` are options of `chaos run`; ours win. `confirmed` are hosts
    off this machine that faults may reach. The stack is the one that STORMPROOF_HOME and
    STORMPROOF_PORT_BASE name in the environment of the process. The exit code says nothing of the faults:
    `chaos.supervision` judges what the run left behind.
    """
    return (
        sys.executable,
        "-P",  # like the console script `chaos`: the present folder's modules are not Chaos Toolkit's
        "-m",
        "chaostoolkit",
        "--no-version-check",
        "--log-file",
        str(journal_path.with_suffix(".log")),
        "run",
        *further,
        "--rollback-strategy",
        "always",
        "--journal-path",
        str(journal_path),
        "--events-file",
        str(events_path(journal_path)),
        "--var",
        f"run_dir={run_dir}",
        "--var",
        f"hold_s:float={hold_s}",
        *(("--var", f"{CONFIRM_HOSTS}={' '.join(sorted(confirmed))}") if confirmed else ()),
        str(experiment_path),
    )
