"""What was acknowledged and is not there: from what was acknowledged and what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.drill_record import LostWrite

_NS = 1_000_000_000

type Name = tuple[str, str]
"""Tenant and document."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The newest acknowledged change of a document."""

    tenant: str
    document_id: str
    version: int
    operation: str
    acknowledged_ns: int

    @property
    def name(self) -> Name:
        """Which document."""
        return (self.tenant, self.document_id)


@dataclass(frozen=True, slots=True)
class Found:
    """What a store has of a document."""

    version: int | None
    """None where it tells none."""
    deleted: bool = False


def newest(writes: Iterable[Acknowledged]) -> Mapping[Name, Acknowledged]:
    """The one of each document that has the highest version: what must be found."""
    kept: dict[Name, Acknowledged] = {}
    for write in writes:
        known = kept.get(write.name)
        if known is None or known.version < write.version:
            kept[write.name] = write
    return kept


def lost_from(
    store: str, expected: Mapping[Name, Acknowledged], found: Mapping[Name, Found]
) -> tuple[LostWrite, ...]:
    """What `store` does not have, or has in an older version, in the order of acknowledgement.

    A newer version is none of a loss: its write may have had no answer. A deleted document is not lost when
    nothing is found of it, and lost when an older version is: it came back.
    """
    lost = [
        LostWrite(
            store=store,
            tenant=write.tenant,
            document_id=write.document_id,
            version=write.version,
            operation=write.operation,
            acknowledged_ns=write.acknowledged_ns,
            found_version=here.version if (here := found.get(write.name)) is not None else None,
        )
        for write in expected.values()
        if not _kept(write, found.get(write.name))
    ]
    return tuple(sorted(lost, key=lambda one: one.acknowledged_ns))


def unless_deleted(lost: Iterable[LostWrite], known: Mapping[Name, Found]) -> tuple[LostWrite, ...]:
    """`lost` without those of which nothing is there because a newer deletion is known elsewhere: it was
    made, though its request may have had no answer.
    """
    return tuple(
        one
        for one in lost
        if one.found_version is not None
        or (tells := known.get((one.tenant, one.document_id))) is None
        or not tells.deleted
        or (tells.version or 0) <= one.version
    )


def recovery_point_s(lost: Iterable[LostWrite], failed_ns: int) -> float:
    """How far from the failure the farthest lost write was acknowledged, before or after; 0 for no loss."""
    return max((abs(failed_ns - one.acknowledged_ns) / _NS for one in lost), default=0.0)


def _kept(write: Acknowledged, found: Found | None) -> bool:
    if found is None:
        return write.operation == "delete"
    if found.deleted:
        return write.operation == "delete" or (found.version or 0) > write.version
    if found.version is None:
        return write.operation != "delete"
    return found.version >= write.version if write.operation != "delete" else found.version > write.version
