"""What Chaos Toolkit is at, from the events that it streams while it runs (`chaos run --events-file`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.run_rules.overrun import longest_s

_ACTIVITY_STARTED, _ACTIVITY_COMPLETED = "activity-started", "activity-completed"
_ROLLBACKS_STARTED = "rollbacks-started"


@dataclass(slots=True)
class Progress:
    """The activities that have begun and not ended, and how long each may take."""

    limits_s: Mapping[str, float]
    """By name; those without a limit are not in it."""
    begun_s: dict[str, float] = field(default_factory=dict)
    rolls_back: bool = False
    """Then nothing is interrupted any more."""

    @classmethod
    def of(cls, experiment: ExperimentFile) -> "Progress":
        """Of an experiment that has not begun."""
        activities = (*experiment.probes, *experiment.method)
        limits = {one.name: one.limit_s for one in map(experiment.resolve, activities)}
        return cls({name: limit_s for name, limit_s in limits.items() if limit_s is not None})

    def add(self, line: str) -> None:
        """The next event; a line that is none is passed over."""
        try:
            event: JsonValue = json.loads(line)
            if not isinstance(event, dict):
                return
            self.rolls_back = self.rolls_back or event.get("type") == _ROLLBACKS_STARTED
            name, at = event.get("name"), event.get("timestamp")
            if not isinstance(name, str) or not isinstance(at, str):
                return
            if event.get("type") == _ACTIVITY_STARTED:
                self.begun_s[name] = datetime.fromisoformat(at).timestamp()
            elif event.get("type") == _ACTIVITY_COMPLETED:
                self.begun_s.pop(name, None)
        except ValueError:
            return

    def overrun(self, now_s: float) -> str | None:
        """Which activity ignores its time limit at this moment, in words. `now_s`: Unix time."""
        if self.rolls_back:
            return None
        for name, begun_s in self.begun_s.items():
            limit_s = self.limits_s.get(name)
            if limit_s is not None and now_s - begun_s > longest_s(limit_s):
                return f"{name} ignores its time limit of {limit_s:g} s"
        return None


class EventFollower:
    """Whole lines that were added to a file since the last time; none while it is not there."""

    def __init__(self, file: Path) -> None:
        self._file, self._offset = file, 0

    def new_lines(self) -> tuple[str, ...]:
        """A last line without its end is left for the next time."""
        try:
            with self._file.open("rb") as stream:
                stream.seek(self._offset)
                content = stream.read()
        except FileNotFoundError:
            return ()
        whole, separator, _rest = content.rpartition(b"\n")
        self._offset += len(whole) + len(separator)
        return tuple(whole.decode(errors="replace").splitlines())
