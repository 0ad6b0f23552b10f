"""Asks Chaos Toolkit whether an experiment is valid, in a process of its own: that imports what it names.

`python -P -m chaos.supervision.toolkit_check FILE` is that process; `toolkit_problems` starts it.
"""

import importlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from chaoslib.control import get_controls
from chaoslib.exceptions import ChaosException
from chaoslib.experiment import ensure_experiment_is_valid
from chaoslib.loader import load_experiment
from pydantic import TypeAdapter

from evidence.errors import Problem

_TIMEOUT_S = 60.0


def toolkit_problems(file: Path, cwd: Path, environment: Mapping[str, str]) -> tuple[Problem, ...]:
    """What makes Chaos Toolkit refuse `file`, and controls that cannot be imported, which it would miss.

    `environment` is added to this process's; modules are looked up as Chaos Toolkit would from `cwd`.
    """
    command = (sys.executable, "-P", "-m", "chaos.supervision.toolkit_check", str(file))
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return (Problem("", f"checking took over {_TIMEOUT_S:g} s", "what it imports must return at once"),)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        told = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
        return (Problem("", told[0], "must be an experiment that Chaos Toolkit can read"),)
    return tuple(
        Problem(where, value, allowed)
        for where, value, allowed in TypeAdapter(list[tuple[str, str, str]]).validate_json(lines[-1])
    )


def _main(source: str) -> None:
    logging.disable(logging.CRITICAL)
    problems = [(one.where, one.value, one.allowed) for one in _problems(source)]
    sys.stdout.write("\n" + json.dumps(problems) + "\n")


def _problems(source: str) -> Iterator[Problem]:
    try:
        experiment = load_experiment(source)
        ensure_experiment_is_valid(experiment)
    except (ChaosException, ValueError, OSError) as error:
        yield Problem("", str(error).replace("\n", " "), "must be valid for Chaos Toolkit")
        return
    for control in get_controls(experiment):
        provider = control.get("provider", {})
        if provider.get("type") == "python":
            try:
                importlib.import_module(provider["module"])
            except Exception as error:  # whatever a foreign module raises
                allowed = "must be a module that can be imported: without it the experiment runs uncontrolled"
                yield Problem(f"controls.{control.get('name')}", f"{provider['module']}: {error}", allowed)


if __name__ == "__main__":
    _main(sys.argv[1])
