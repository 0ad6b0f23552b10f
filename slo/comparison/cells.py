"""Cells of the degradation contract, before and after. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from evidence.comparison_record import CellChange, ChangeVerdict
from evidence.verdict_record import CellVerdict, ContractCell, VerdictRecord

type _Name = tuple[str, str, str]
_VERDICTS = {
    (True, False): ChangeVerdict.REGRESSED,
    (False, True): ChangeVerdict.IMPROVED,
    (True, True): ChangeVerdict.NO_CHANGE,
    (False, False): ChangeVerdict.NO_CHANGE,
}


def cell_changes(before: Sequence[VerdictRecord], after: Sequence[VerdictRecord]) -> tuple[CellChange, ...]:
    """One for each cell that a run exercised, in the order of the contract.

    A side holds a cell where every run of it proved it, breaks it where every run violated it; a side of
    which neither is true, or that did not exercise it everywhere, proves nothing.
    """
    return tuple(_changes([_cells(one) for one in before], [_cells(one) for one in after]))


def _changes(
    before: Sequence[Mapping[_Name, ContractCell]], after: Sequence[Mapping[_Name, ContractCell]]
) -> Iterator[CellChange]:
    for name in dict.fromkeys(name for run in (*before, *after) for name in run):
        sides = [[run.get(name) for run in side] for side in (before, after)]
        told = [cell for side in sides for cell in side if cell is not None]
        if all(cell.verdict is CellVerdict.NOT_EXERCISED for cell in told):
            continue
        held = [_held(side) for side in sides]
        one = told[-1]
        yield CellChange(
            fault=one.fault,
            operation=one.operation,
            kind=one.kind,
            promise=one.promise,
            before=_verdicts(sides[0]),
            after=_verdicts(sides[1]),
            observed_before=_observed(sides[0]),
            observed_after=_observed(sides[1]),
            verdict=_verdict(held[0], held[1]),
            decides=any(cell.demanded for cell in told),
        )


def _verdict(before: bool | None, after: bool | None) -> ChangeVerdict:
    if before is None or after is None:
        return ChangeVerdict.NOT_PROVEN
    return _VERDICTS[before, after]


def _held(side: Sequence[ContractCell | None]) -> bool | None:
    verdicts = {None if cell is None else cell.verdict for cell in side}
    if verdicts == {CellVerdict.PROVED}:
        return True
    return False if verdicts == {CellVerdict.VIOLATED} else None


def _cells(verdict: VerdictRecord) -> dict[_Name, ContractCell]:
    return {(cell.fault, cell.operation, cell.kind or cell.promise): cell for cell in verdict.contract}


def _verdicts(side: Sequence[ContractCell | None]) -> tuple[str, ...]:
    return tuple(CellVerdict.NOT_EXERCISED if cell is None else cell.verdict for cell in side)


def _observed(side: Sequence[ContractCell | None]) -> str:
    return "; ".join("nothing" if cell is None else cell.observed for cell in side)
