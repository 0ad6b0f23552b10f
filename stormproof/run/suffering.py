"""How many of the last requests were bad, from what the generator's workers tell while the load goes on."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence.live_record import LIVE, LiveMeasure, LiveRecord, LiveStretch
from evidence.record_follower import RecordFollower
from evidence.request_record import Outcome
from stormproof.bad_share import BadShare
from stormproof.run.phases import Aborted

_BAD = {Outcome.FAILED.value, Outcome.TIMEOUT.value, Outcome.CONNECTION.value, Outcome.WRONG.value}
_NOT_COUNTED = {Outcome.UNDELIVERED.value, Outcome.REJECTED.value}
_KEPT_NS = 600_000_000_000
_NS = 1_000_000_000
_LOOK_EVERY_NS = 250_000_000


@dataclass(frozen=True, slots=True)
class _Second:
    from_ns: int
    to_ns: int
    bad: int
    counted: int


@dataclass(frozen=True, slots=True)
class Share:
    """Of the requests of a window."""

    bad: int
    counted: int

    @property
    def ratio(self) -> float:
        """0 where there was no request."""
        return self.bad / self.counted if self.counted else 0.0


class ShareWindow:
    """Adds up seconds as they are told."""

    def __init__(self) -> None:
        self._seconds: deque[_Second] = deque()

    def add(self, record: LiveRecord) -> None:
        """One record of a worker; only those of requests and of a second are taken in."""
        if record.measure is not LiveMeasure.LATENCY or record.stretch is not LiveStretch.SECOND:
            return
        outcomes = dict(record.outcomes)
        bad = sum(count for name, count in outcomes.items() if name in _BAD)
        counted = sum(count for name, count in outcomes.items() if name not in _NOT_COUNTED)
        self._seconds.append(_Second(record.from_ns, record.to_ns, bad, counted))
        while self._seconds and self._seconds[0].to_ns < record.to_ns - _KEPT_NS:
            self._seconds.popleft()

    def share(self, bound: BadShare, now_ns: int, since_ns: int) -> Share | None:
        """Of the window of `bound` that ends now; None where it is not over yet since `since_ns`, or where
        there were too few requests to say anything.
        """
        from_ns = now_ns - round(bound.over_s * _NS)
        if from_ns < since_ns:
            return None
        window = [one for one in self._seconds if one.from_ns >= from_ns and one.from_ns >= since_ns]
        share = Share(sum(one.bad for one in window), sum(one.counted for one in window))
        return share if share.counted >= bound.least_requests else None


class Suffering:
    """Follows a run folder, and says whether bounds hold."""

    def __init__(self, run_dir: Path, now_ns: Callable[[], int]) -> None:
        self._records = RecordFollower(run_dir, LIVE)
        self._now_ns = now_ns
        self._window = ShareWindow()
        self._looked_ns = 0

    def check_abort(self, bound: BadShare | None, load_start_ns: int) -> None:
        """Raises Aborted where more is bad than the bound allows, once the load is older than its window."""
        if bound is None:
            return
        share = self._share(bound, load_start_ns)
        if share is not None and share.ratio > bound.bad_share:
            raise Aborted(
                f"users suffered beyond the plan's bound: {share.bad:,} of {share.counted:,} requests "
                f"({share.ratio:.1%}) were bad over {bound.over_s:g} s, {bound.bad_share:.1%} is the most"
            )

    def is_steady(self, bound: BadShare, since_ns: int) -> bool:
        """Whether no more is bad than the bound allows, of requests since an instant."""
        share = self._share(bound, since_ns)
        return share is not None and share.ratio <= bound.bad_share

    def close(self) -> None:
        """Let go of the files."""
        self._records.close()

    def _share(self, bound: BadShare, since_ns: int) -> Share | None:
        now_ns = self._now_ns()
        if now_ns - self._looked_ns >= _LOOK_EVERY_NS:
            self._looked_ns = now_ns
            for record in self._records.records():
                self._window.add(record)
        return self._window.share(bound, now_ns, since_ns)
