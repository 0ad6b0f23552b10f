"""Asks tolerances that are functions of a user's own, in a process of its own.

`python -P -m chaos.supervision.tolerance_asker` is that process; `ask_tolerances` starts it.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from chaoslib.hypothesis import within_tolerance
from pydantic import JsonValue, TypeAdapter

from chaos.supervision.altered_answers import altered
from chaos.supervision.asked_tolerances import AskedTolerances
from chaos.supervision.experiment_file import place
from chaos.supervision.journal import Journal
from chaos.supervision.tolerance import is_function

_TIMEOUT_S = 30.0


def ask_tolerances(
    journal: Journal, configuration: Mapping[str, JsonValue], cwd: Path, environment: Mapping[str, str]
) -> AskedTolerances:
    """What tolerances of the journal that are python functions say.

    Of probes of the hypothesis, which of them accept every altered answer; of the method and the rollbacks,
    whether what was said is within them. Nothing is told of a function that does not return in time.
    """
    first = journal.steady_states.first
    altered_answers = {
        run.activity.name: (run.activity.tolerance, list(altered(run.output)))
        for run in (first.probes if first is not None else ())
        if is_function(run.activity.tolerance)
    }
    answers = dict(_answers(journal))
    told = _told([*altered_answers.values(), *answers.values()], configuration, cwd, environment)
    if told is None:
        return AskedTolerances()
    of_altered = zip(altered_answers, told, strict=False)
    of_answers = zip(answers, told[len(altered_answers) :], strict=True)
    return AskedTolerances(
        tuple(name for name, accepted in of_altered if accepted and all(accepted)),
        {where: all(accepted) for where, accepted in of_answers},
    )


def _answers(journal: Journal) -> Iterator[tuple[str, tuple[JsonValue, list[JsonValue]]]]:
    for part, runs in (("method", journal.run), ("rollbacks", journal.rollbacks)):
        for position, run in enumerate(runs):
            if run.status == "succeeded" and is_function(run.activity.tolerance):
                yield place(part, position, run.activity), (run.activity.tolerance, [run.output])


def _told(
    questions: list[tuple[JsonValue, list[JsonValue]]],
    configuration: Mapping[str, JsonValue],
    cwd: Path,
    environment: Mapping[str, str],
) -> list[list[bool]] | None:
    """For each tolerance what it says of each answer; None where nobody said anything."""
    if not questions:
        return []
    try:
        done = subprocess.run(
            (sys.executable, "-P", "-m", "chaos.supervision.tolerance_asker"),
            cwd=cwd,
            env={**os.environ, **environment},
            input=json.dumps([questions, dict(configuration)]),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    lines = done.stdout.splitlines()
    return TypeAdapter(list[list[bool]]).validate_json(lines[-1]) if lines else None


def _main() -> None:
    logging.disable(logging.CRITICAL)
    questions, configuration = TypeAdapter(
        tuple[list[tuple[dict[str, JsonValue], list[JsonValue]]], dict[str, JsonValue]]
    ).validate_json(sys.stdin.buffer.read())
    accepted = [
        [_accepts(tolerance, answer, configuration) for answer in answers] for tolerance, answers in questions
    ]
    sys.stdout.write("\n" + json.dumps(accepted) + "\n")


def _accepts(tolerance: dict[str, JsonValue], answer: JsonValue, configuration: dict[str, JsonValue]) -> bool:
    try:
        return bool(within_tolerance(tolerance, answer, configuration, {}))
    except Exception:  # whatever a foreign function raises is a refusal
        return False


if __name__ == "__main__":
    _main()
