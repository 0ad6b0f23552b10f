"""What a contract adds to the reasons of a verdict. Pure."""

from collections.abc import Iterator

from evidence.verdict_record import CellVerdict, ContractCell

_MOST_TOLD = 5
"""Cells of one kind; the report has all."""


def contract_reasons(demanded: tuple[ContractCell, ...]) -> Iterator[str]:
    """What was violated, then what was not exercised; in one line where all was proved."""
    violated = [cell for cell in demanded if cell.verdict is CellVerdict.VIOLATED]
    unknown = [cell for cell in demanded if cell.verdict is CellVerdict.NOT_EXERCISED]
    for cell in violated[:_MOST_TOLD]:
        yield f"contract: under {cell.fault}, {cell.operation} {cell.promise}: violated, {cell.observed}"
    if len(violated) > _MOST_TOLD:
        yield f"contract: {len(violated) - _MOST_TOLD:,} more cells were violated"
    for cell in unknown[:_MOST_TOLD]:
        needs = f"; {cell.needs}" if cell.needs else ""
        yield f"contract: under {cell.fault}, {cell.operation} {cell.promise}: not exercised{needs}"
    if len(unknown) > _MOST_TOLD:
        yield f"contract: {len(unknown) - _MOST_TOLD:,} more cells were not exercised"
    if demanded and not violated and not unknown:
        yield f"contract: all {len(demanded):,} cells that the run brought about were proved"
