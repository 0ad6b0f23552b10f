"""Whether an activity ignores its time limit is known while it does."""

import json
from pathlib import Path

from chaos.supervision.progress import EventFollower, Progress
from tests.chaos.supervision.made import action, experiment


def event(kind: str, at: str, name: str = "break") -> str:
    return json.dumps({"type": kind, "timestamp": f"2026-01-01T00:00:{at}+00:00", "name": name})


T0_S = 1767225600.0


def test_an_activity_beyond_its_limit_is_named_until_it_ends() -> None:
    progress = Progress.of(experiment(method=(action(limit_s=2.0),)))
    progress.add(event("activity-started", "01"))
    assert progress.overrun(T0_S + 3.4) is None
    assert progress.overrun(T0_S + 3.5) == "break ignores its time limit of 2 s"
    progress.add(event("activity-completed", "04"))
    assert progress.overrun(T0_S + 60) is None


def test_rollbacks_are_never_interrupted() -> None:
    progress = Progress.of(experiment(method=(action(limit_s=2.0),)))
    progress.add(json.dumps({"type": "rollbacks-started", "timestamp": "2026-01-01T00:00:01+00:00"}))
    progress.add(event("activity-started", "01"))
    assert progress.overrun(T0_S + 60) is None


def test_what_has_no_limit_may_take_as_long_as_it_likes() -> None:
    progress = Progress.of(experiment())
    progress.add(event("activity-started", "01"))
    progress.add("not an event")
    progress.add("[1]")
    assert progress.overrun(T0_S + 1e6) is None


def test_events_are_followed_line_by_whole_line(tmp_path: Path) -> None:
    file = tmp_path / "events"
    follower = EventFollower(file)
    assert follower.new_lines() == ()
    file.write_text("one\ntw")
    assert follower.new_lines() == ("one",)
    file.write_text("one\ntwo\nthree\n")
    assert follower.new_lines() == ("two", "three")
    assert follower.new_lines() == ()
