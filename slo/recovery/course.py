"""The course of one fault as users felt it, from a segmented series. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from slo.interval import exact_interval
from slo.recovery.segments import Segment

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Course:
    """Seconds; shares are of good requests.

    After the resilience triangle (Bruneau et al., Earthquake Spectra 19, 2003): how deep the loss went, and
    its area over time.
    """

    detect_s: float | None
    """From the start of the fault until users were outside the objective; None where they never were."""
    peak_s: float | None
    """From the start of the fault until the worst segment."""
    depth: float | None
    """How far the worst segment lies below what was before."""
    area_s: float
    """What was lost: seconds of a total outage that would have cost as much."""
    recover_s: float | None
    """From the end of the fault until back inside, and staying; 0 where they were back before it ended, or
    never out. None where they were not back as long as was seen.
    """
    back: int | None
    """The segment from which on they were inside; None where they were not back."""


def course(
    parts: Sequence[Segment],
    *,
    bucket_ns: int,
    healed_ns: int | None,
    target: float,
    before_ratio: float | None,
) -> Course:
    """`parts`, of buckets of `bucket_ns`, begin at the start of the fault; `healed_ns`, from there, is its
    end, None where there was none.

    Outside is a segment whose ratio is below the target for certain: its one-sided upper bound is
    (`slo.interval`). One that is too small to tell is not. Without a `before_ratio`, all was good before.
    """
    normal = 1.0 if before_ratio is None else before_ratio
    outside = [index for index, part in enumerate(parts) if _outside(part, target)]
    if not outside:
        return Course(None, None, None, 0.0, 0.0, 0)
    worst = min(outside, key=lambda index: _ratio(parts[index]))
    back = outside[-1] + 1 if outside[-1] + 1 < len(parts) else None
    recover_s = None
    if back is not None and healed_ns is not None:
        recover_s = max(0, parts[back].start * bucket_ns - healed_ns) / _NS_PER_S
    return Course(
        detect_s=parts[outside[0]].start * bucket_ns / _NS_PER_S,
        peak_s=parts[worst].start * bucket_ns / _NS_PER_S,
        depth=max(0.0, normal - _ratio(parts[worst])),
        area_s=sum(
            max(0.0, normal - _ratio(parts[index]))
            * ((parts[index].end - parts[index].start) * bucket_ns / _NS_PER_S)
            for index in outside
        ),
        recover_s=recover_s,
        back=back,
    )


def _outside(part: Segment, target: float) -> bool:
    return part.total > 0 and exact_interval(part.good, part.total).high < target


def _ratio(part: Segment) -> float:
    return 1.0 if part.ratio is None else part.ratio
