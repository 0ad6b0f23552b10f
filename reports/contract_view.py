"""The contract as it is tabled: a matrix of situations and operations, and how much of it was exercised."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.verdict_record import CellVerdict, ContractCell, ContractCoverage, Verdict
from reports.numbers import format_count, format_ratio

AS_VERDICT = {
    CellVerdict.PROVED: Verdict.MET,
    CellVerdict.VIOLATED: Verdict.MISSED,
    CellVerdict.NOT_EXERCISED: Verdict.NOT_PROVEN,
}
"""Whose symbol and colour a cell's verdict has."""
_WORST_FIRST = (CellVerdict.VIOLATED, CellVerdict.NOT_EXERCISED, CellVerdict.PROVED)


@dataclass(frozen=True, slots=True)
class ContractBox:
    """All promises of one operation in one situation."""

    cells: tuple[ContractCell, ...]

    @property
    def verdict(self) -> CellVerdict:
        """The worst of its promises that were exercised; NOT EXERCISED where none was."""
        exercised = [cell.verdict for cell in self.cells if cell.verdict is not CellVerdict.NOT_EXERCISED]
        return min(exercised, key=_WORST_FIRST.index, default=CellVerdict.NOT_EXERCISED)

    @property
    def told(self) -> str:
        """How many of its promises that is said of."""
        if self.verdict is CellVerdict.NOT_EXERCISED:
            return f"{len(self.cells)}"
        count = sum(cell.verdict is self.verdict for cell in self.cells)
        return f"{count} of {len(self.cells)}"

    @property
    def missing(self) -> int:
        """Demanded promises that were not exercised."""
        return sum(cell.demanded and cell.verdict is CellVerdict.NOT_EXERCISED for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One situation: a box for each operation, None where it promises nothing."""

    fault: str
    source: str
    boxes: tuple[ContractBox | None, ...]


@dataclass(frozen=True, slots=True)
class ContractMatrix:
    """Situations by operations, both in the order of the contract."""

    operations: tuple[str, ...]
    rows: tuple[ContractRow, ...]


def contract_matrix(cells: Iterable[ContractCell]) -> ContractMatrix:
    """The matrix of these cells."""
    boxes: dict[str, dict[str, list[ContractCell]]] = {}
    sources: dict[str, str] = {}
    operations: dict[str, None] = {}
    for cell in cells:
        boxes.setdefault(cell.fault, {}).setdefault(cell.operation, []).append(cell)
        sources.setdefault(cell.fault, cell.source)
        operations.setdefault(cell.operation)
    return ContractMatrix(
        tuple(operations),
        tuple(
            ContractRow(
                fault,
                sources[fault],
                tuple(ContractBox(tuple(row[name])) if name in row else None for name in operations),
            )
            for fault, row in boxes.items()
        ),
    )


def open_cells(cells: Iterable[ContractCell]) -> tuple[ContractCell, ...]:
    """What is to be done: violated ones, then demanded ones that were not exercised."""
    told = [
        cell
        for cell in cells
        if cell.verdict is CellVerdict.VIOLATED
        or (cell.demanded and cell.verdict is CellVerdict.NOT_EXERCISED)
    ]
    return tuple(sorted(told, key=lambda cell: _WORST_FIRST.index(cell.verdict)))


def coverage_told(one: ContractCoverage) -> str:
    """68 of 147 cells of the analysis, section 2.4, were exercised (46.26%): 68 proved, none violated."""
    named = f" of {one.source}" if one.source else ""
    violated = format_count(one.violated) if one.violated else "none"
    return (
        f"{format_count(one.exercised)} of {format_count(one.cells)} cells{named} were exercised "
        f"({format_ratio(one.share)}): {format_count(one.proved)} proved, {violated} violated"
    )


def cell_name(cell: ContractCell) -> str:
    """A name that no other cell of a contract has."""
    kind = cell.kind or cell.promise
    return f"{cell.operation} under {cell.fault}: {kind}"
