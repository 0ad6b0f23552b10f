"""Asks tolerances that are functions of a user's own, in a process of its own.

`python -P -m chaos.supervision.tolerance_asker` is that process; `unfailing_probes` starts it.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from chaoslib.hypothesis import within_tolerance
from pydantic import JsonValue, TypeAdapter

from chaos.supervision.altered_answers import altered
from chaos.supervision.journal import Journal
from chaos.supervision.tolerance import tolerance_type

_TIMEOUT_S = 30.0


def unfailing_probes(
    journal: Journal, configuration: Mapping[str, JsonValue], cwd: Path, environment: Mapping[str, str]
) -> tuple[str, ...]:
    """Names of probes of the hypothesis whose tolerance, a python function, accepts every altered answer.

    None where that cannot be told: the function cannot be called, or does not return in time.
    """
    before = journal.steady_states.before
    questions: dict[str, JsonValue] = {}
    for run in before.probes if before is not None else ():
        tolerance = run.activity.tolerance
        provider = tolerance.get("provider") if isinstance(tolerance, Mapping) else None
        of_python = isinstance(provider, Mapping) and provider.get("type") == "python"
        if of_python and tolerance_type(tolerance) == "probe":
            questions[run.activity.name] = [tolerance, list(altered(run.output)), dict(configuration)]
    if not questions:
        return ()
    command = (sys.executable, "-P", "-m", "chaos.supervision.tolerance_asker")
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            input=json.dumps(questions),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return ()
    lines = done.stdout.splitlines()
    return tuple(TypeAdapter(list[str]).validate_json(lines[-1])) if lines else ()


def _main() -> None:
    logging.disable(logging.CRITICAL)
    questions = TypeAdapter(
        dict[str, tuple[dict[str, JsonValue], list[JsonValue], dict[str, JsonValue]]]
    ).validate_json(sys.stdin.buffer.read())
    accepting = [
        name
        for name, (tolerance, answers, configuration) in questions.items()
        if answers and all(_accepts(tolerance, answer, configuration) for answer in answers)
    ]
    sys.stdout.write("\n" + json.dumps(accepting) + "\n")


def _accepts(tolerance: dict[str, JsonValue], answer: JsonValue, configuration: dict[str, JsonValue]) -> bool:
    try:
        return bool(within_tolerance(tolerance, answer, configuration, {}))
    except Exception:  # whatever a foreign function raises is a refusal
        return False


if __name__ == "__main__":
    _main()
