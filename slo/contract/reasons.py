"""What a contract adds to the reasons of a verdict. Pure."""

from collections.abc import Iterator

from evidence.verdict_record import CellVerdict, ContractCell

_MOST_TOLD = 5
"""Cells of one kind; the report has all."""


def violated_reasons(demanded: tuple[ContractCell, ...]) -> Iterator[str]:
    """What was violated."""
    violated = [cell for cell in demanded if cell.verdict is CellVerdict.VIOLATED]
    for cell in violated[:_MOST_TOLD]:
        yield f"contract: under {cell.fault}, {cell.operation} {cell.promise}: violated, {cell.observed}"
    yield from _more(len(violated) - _MOST_TOLD, "violated")


def unexercised_reasons(demanded: tuple[ContractCell, ...]) -> Iterator[str]:
    """What was not exercised, and what would."""
    unknown = [cell for cell in demanded if cell.verdict is CellVerdict.NOT_EXERCISED]
    for cell in unknown[:_MOST_TOLD]:
        needs = f"; {cell.needs}" if cell.needs else ""
        yield f"contract: under {cell.fault}, {cell.operation} {cell.promise}: not exercised{needs}"
    yield from _more(len(unknown) - _MOST_TOLD, "not exercised")


def proved_reasons(demanded: tuple[ContractCell, ...]) -> Iterator[str]:
    """A line where all was proved."""
    if demanded and all(cell.verdict is CellVerdict.PROVED for cell in demanded):
        yield f"contract: all {len(demanded):,} cells that the run brought about were proved"


def _more(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield f"contract: {count:,} more {'cell was' if count == 1 else 'cells were'} {what}"
