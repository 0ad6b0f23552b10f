"""Where a number lies among bounds, as an expression of SQL."""

from collections.abc import Iterable

_LEAST = -(2**63) + 1
"""That a number of 64 bits can be written as."""


def ladder(column: str, steps: Iterable[tuple[int, str]], below: str) -> str:
    """SQL: what belongs to the last of `steps` (where it starts, and its value as SQL) that starts at or
    before `column`; `below` before the first.

    Of steps that start together the last one counts. `column` must not be null. Comparisons are nested by
    halves, so that a row meets as many of them as the logarithm of the number of steps: joining a table of
    steps (ASOF) sorts all rows, which costs most of the time and memory of a scan.
    """
    rungs = sorted(dict(steps).items())
    return _between(
        column, [below, *(value for _, value in rungs)], [max(start, _LEAST) for start, _ in rungs]
    )


def _between(column: str, values: list[str], starts: list[int]) -> str:
    if not starts:
        return values[0]
    middle = len(starts) // 2
    lower = _between(column, values[: middle + 1], starts[:middle])
    upper = _between(column, values[middle + 1 :], starts[middle + 1 :])
    return f"CASE WHEN {column} < {starts[middle]} THEN {lower} ELSE {upper} END"


def literal(text: str) -> str:
    """`text` as SQL."""
    return "'" + text.replace("'", "''") + "'"
