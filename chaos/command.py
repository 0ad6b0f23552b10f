"""The command that runs one experiment with Chaos Toolkit."""

import sys
from pathlib import Path


def experiment_command(
    experiment_path: Path, run_dir: Path, hold_s: float, journal_path: Path
) -> tuple[str, ...]:
    """The arguments to start it with; nothing is started here.

    Rollbacks always run, nobody is asked for newer versions, and the log lies beside the journal, whose
    folder must exist. The stack is the one that STORMPROOF_HOME and STORMPROOF_PORT_BASE name in the
    environment of the process. The exit code says nothing of the faults: read the run's timeline.
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
        "--rollback-strategy",
        "always",
        "--journal-path",
        str(journal_path),
        "--var",
        f"run_dir={run_dir}",
        "--var",
        f"hold_s:float={hold_s}",
        str(experiment_path),
    )
