"""Phases and faults come back from the timeline as they were written."""

from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.timeline import (
    FaultWindow,
    PhaseWindow,
    TimelineEvent,
    TimelineEventName,
    TimelineKind,
    append_event,
    fault_windows,
    phase_windows,
    read_timeline,
)

STEPS = (
    TimelineEventName.INJECTING,
    TimelineEventName.INJECTED,
    TimelineEventName.VERIFIED,
    TimelineEventName.HEALING,
    TimelineEventName.HEALED,
    TimelineEventName.HEAL_VERIFIED,
)


def phase(name: str, event: TimelineEventName, at_ns: int) -> TimelineEvent:
    return TimelineEvent(at_ns, TimelineKind.PHASE, name, event, "stormproof")


def fault(event: TimelineEventName, at_ns: int, *, target: str = "redis-cache") -> TimelineEvent:
    return TimelineEvent(
        at_ns, TimelineKind.FAULT, "refused", event, "chaos", "f1", "redis-down", target, {"reason": "why"}
    )


def test_events_come_back_in_the_order_of_their_instants(tmp_path: Path) -> None:
    path = tmp_path / "timeline.jsonl"
    events = [fault(TimelineEventName.INJECTING, 20), phase("baseline", TimelineEventName.STARTED, 10)]
    for event in events:
        append_event(path, event)
    assert read_timeline(path) == tuple(reversed(events))


def test_no_file_is_no_events(tmp_path: Path) -> None:
    assert read_timeline(tmp_path / "timeline.jsonl") == ()


def test_a_line_cut_by_a_kill_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "timeline.jsonl"
    first, second = fault(TimelineEventName.INJECTING, 1), fault(TimelineEventName.INJECTED, 2)
    append_event(path, first)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    append_event(path, second)
    assert read_timeline(path) == (first, second)


def test_whole_json_that_is_no_event_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "timeline.jsonl"
    path.write_text('{"at_ns": 1, "kind": "phase", "name": "x", "event": "begun", "writer": "w"}\n')
    with pytest.raises(InvalidFile, match=r"line 1, event: 'begun'"):
        read_timeline(path)


def test_phases_are_closed_by_their_own_end() -> None:
    windows = phase_windows(
        (
            phase("warm-up", TimelineEventName.STARTED, 0),
            phase("warm-up", TimelineEventName.ENDED, 5),
            phase("recovery", TimelineEventName.STARTED, 5),
            phase("recovery", TimelineEventName.ENDED, 9),
            phase("recovery", TimelineEventName.STARTED, 12),
        )
    )
    assert windows == (
        PhaseWindow("warm-up", 0, 5),
        PhaseWindow("recovery", 5, 9),
        PhaseWindow("recovery", 12, None),
    )


def test_a_complete_fault_is_felt_and_healed() -> None:
    (window,) = fault_windows(tuple(fault(step, at) for at, step in enumerate(STEPS)))
    assert window == FaultWindow("refused", "f1", "redis-down", "redis-cache", 0, 1, 2, 3, 4, 5)
    assert window.felt
    assert window.healed


@pytest.mark.parametrize(("last", "felt", "healed"), [(2, False, False), (3, True, False), (5, True, False)])
def test_a_fault_whose_history_stops_is_told_so(last: int, felt: bool, healed: bool) -> None:
    events = [fault(step, at) for at, step in enumerate(STEPS[:last])]
    (window,) = fault_windows((*events, fault(TimelineEventName.FAILED, 99)))
    assert (window.felt, window.healed, window.failures) == (felt, healed, ("why",))


def test_targets_of_one_experiment_are_told_apart() -> None:
    windows = fault_windows(
        (
            fault(TimelineEventName.INJECTING, 1, target="redis-cache"),
            fault(TimelineEventName.INJECTING, 2, target="redis-state"),
        )
    )
    assert [window.target for window in windows] == ["redis-cache", "redis-state"]
