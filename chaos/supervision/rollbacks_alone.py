"""The rollbacks of an experiment as an experiment of their own, for a run that ended without playing them."""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import JsonValue, TypeAdapter

_KEPT = ("configuration", "secrets", "contributions", "tags")


def rollbacks_alone(file: Path) -> dict[str, JsonValue]:
    """Its rollbacks as the method, with its configuration and secrets, and without its controls.

    Controls have their say in the experiment itself, and one of them may be what ended it. `file` has been
    found valid.
    """
    text = file.read_text(encoding="utf-8")
    parsed: object = yaml.safe_load(text) if file.suffix in {".yaml", ".yml"} else json.loads(text)
    content = TypeAdapter(dict[str, JsonValue]).validate_python(parsed)
    kept: dict[str, JsonValue] = {key: content[key] for key in _KEPT if key in content}
    title = f"Rollbacks of: {content.get('title')}"
    return {"title": title, "description": title, **kept, "method": _resolved(content)}


def _resolved(content: Mapping[str, JsonValue]) -> list[JsonValue]:
    hypothesis = content.get("steady-state-hypothesis")
    probes = hypothesis.get("probes") if isinstance(hypothesis, dict) else []
    parts = [part for part in (probes, content.get("method")) if isinstance(part, list)]
    known = {one.get("name"): one for part in parts for one in part if isinstance(one, dict)}
    rollbacks = content.get("rollbacks")
    return [
        known.get(one["ref"], one) if isinstance(one, dict) and "ref" in one else one
        for one in (rollbacks if isinstance(rollbacks, list) else [])
    ]
