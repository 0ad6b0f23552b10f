"""Maintenance windows as they were declared: when, and why, in a strict file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ConfigDict, Field

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem
from slo.months.month import MINUTE_NS

_STRICT = ConfigDict(extra="forbid")
_NEXT_STEP = "Mend the file: docs/months.md shows one."


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """Users were told that the service may be away: start_ns <= instant < end_ns."""

    start_ns: int
    end_ns: int
    reason: str
    announced_ns: int | None = None


@dataclass(frozen=True, slots=True)
class _Window:
    __pydantic_config__ = _STRICT

    start: datetime
    end: datetime
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    announced: datetime | None = None


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__ = _STRICT

    windows: tuple[_Window, ...]
    time_zone: str | None = None


def read_maintenance(path: Path) -> tuple[MaintenanceWindow, ...]:
    """The windows of a file, by their start.

    Raises InvalidFile, naming every problem: an instant without a zone, one that clocks skip or show twice, a
    window that ends before it starts, that was announced after its start, or that overlaps another.
    """
    file = read_document(path, _File, next_step=_NEXT_STEP)
    zone = _zone(path, file.time_zone)
    problems: list[Problem] = []
    found: list[tuple[int, MaintenanceWindow]] = []
    for index, written in enumerate(file.windows):
        at = f"windows[{index}]"
        instants = {
            name: _instant(value, zone, f"{at}.{name}", problems)
            for name, value in (
                ("start", written.start),
                ("end", written.end),
                ("announced", written.announced),
            )
        }
        start_ns, end_ns = instants["start"], instants["end"]
        if start_ns is None or end_ns is None:
            continue
        window = MaintenanceWindow(start_ns, end_ns, written.reason, instants["announced"])
        problems.extend(_order_problems(window, written, at))
        found.append((index, window))
    found.sort(key=lambda one: (one[1].start_ns, one[1].end_ns))
    problems.extend(_overlaps(found))
    if problems:
        raise InvalidFile(path, tuple(problems), _NEXT_STEP)
    return tuple(window for _, window in found)


def _zone(path: Path, name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        allowed = "must be a name of the IANA time zone database, as Europe/Berlin"
        raise InvalidFile(path, (Problem("time_zone", repr(name), allowed),), _NEXT_STEP) from error


def _instant(
    written: datetime | None, zone: ZoneInfo | None, where: str, problems: list[Problem]
) -> int | None:
    """Nanoseconds since 1970; None for what is left out, or is a problem, which is then told."""
    if written is None:
        return None
    shown = written.isoformat(sep=" ")
    if written.tzinfo is None:
        if zone is None:
            allowed = "needs a zone: write 2026-11-08T02:00:00+01:00, or a time_zone for the whole file"
            problems.append(Problem(where, shown, allowed))
            return None
        early, late = written.replace(tzinfo=zone, fold=0), written.replace(tzinfo=zone, fold=1)
        if early.utcoffset() != late.utcoffset():
            allowed = f"clocks of {zone.key} skip it or show it twice: write it with an offset, as +01:00"
            problems.append(Problem(where, shown, allowed))
            return None
        written = early
    at = written.astimezone(UTC)
    if at.second or at.microsecond:
        problems.append(Problem(where, shown, "must be a whole minute: requests are counted by the minute"))
        return None
    return int(at.timestamp()) * 1_000_000_000


def _order_problems(window: MaintenanceWindow, written: _Window, at: str) -> Iterator[Problem]:
    if window.end_ns <= window.start_ns:
        yield Problem(f"{at}.end", written.end.isoformat(sep=" "), "must be after the start")
    if window.announced_ns is not None and window.announced_ns > window.start_ns:
        shown = "" if written.announced is None else written.announced.isoformat(sep=" ")
        allowed = "must not be after the start: what users are told afterwards is an outage"
        yield Problem(f"{at}.announced", shown, allowed)


def _overlaps(found: list[tuple[int, MaintenanceWindow]]) -> Iterator[Problem]:
    for (before, earlier), (index, window) in pairwise(found):
        if window.start_ns < earlier.end_ns:
            minutes = (min(earlier.end_ns, window.end_ns) - window.start_ns) // MINUTE_NS
            allowed = f"overlaps windows[{before}] by {minutes:,} min: make one of them, or cut one"
            yield Problem(f"windows[{index}]", window.reason[:60], allowed)
