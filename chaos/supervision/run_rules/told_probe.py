"""What a probe that was out of tolerance said."""

import json

from pydantic import JsonValue

from chaos.supervision.journal import ActivityRun, Asked

_LONGEST = 120


def told_probe(asked: Asked) -> str:
    """In words; of the probe at which asking ended."""
    run = asked.unmet
    return "no probe was asked" if run is None else told_run(run)


def told_run(run: ActivityRun) -> str:
    """What an activity came to."""
    if run.status != "succeeded":
        return run.error
    return f"it said {shown(run.output)}, out of its tolerance {shown(run.activity.tolerance)}"


def shown(value: JsonValue) -> str:
    """A value, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
