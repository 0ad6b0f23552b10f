"""How much of a contract a run exercised, for each source that names its situations. Pure."""

from evidence.verdict_record import CellVerdict, ContractCell, ContractCoverage


def coverage(cells: tuple[ContractCell, ...]) -> tuple[ContractCoverage, ...]:
    """One entry for each source, in the order of the contract."""
    return tuple(
        _of(source, [cell for cell in cells if cell.source == source])
        for source in dict.fromkeys(cell.source for cell in cells)
    )


def _of(source: str, cells: list[ContractCell]) -> ContractCoverage:
    counts = {verdict: sum(cell.verdict is verdict for cell in cells) for verdict in CellVerdict}
    exercised = counts[CellVerdict.PROVED] + counts[CellVerdict.VIOLATED]
    return ContractCoverage(
        source=source,
        cells=len(cells),
        exercised=exercised,
        proved=counts[CellVerdict.PROVED],
        violated=counts[CellVerdict.VIOLATED],
        share=exercised / len(cells),
    )
