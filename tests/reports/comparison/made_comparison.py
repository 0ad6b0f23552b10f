"""A comparison with an entry of each kind."""

from evidence.comparison_record import (
    CellChange,
    Change,
    ChangeVerdict,
    ComparedRun,
    ComparisonRecord,
    Figure,
    LeastEffects,
    RunDifference,
    Scope,
    Side,
)
from slo.comparison.decision import METHOD

_STARTED_NS = 1_795_000_000_000_000_000


def change(
    figure: Figure,
    scope: Scope,
    values: tuple[float | None, float | None],
    effect: tuple[float | None, float | None, float | None],
    verdict: ChangeVerdict,
    quantile: float | None = None,
    *,
    decides: bool = True,
) -> Change:
    return Change(
        figure=figure,
        quantile=quantile,
        scope=scope,
        before=(values[0],),
        after=(values[1],),
        requests=(6_000, 6_010),
        effect=effect[0],
        low=effect[1],
        high=effect[2],
        p_value=0.0001 if verdict is ChangeVerdict.REGRESSED else None,
        verdict=verdict,
        decides=decides,
        reason=f"what became of {figure.value}",
        needs="needs about 2.0 times as many requests" if verdict is ChangeVerdict.NOT_PROVEN else None,
    )


def made_comparison(
    verdict: ChangeVerdict = ChangeVerdict.REGRESSED, *, name: str = "get"
) -> ComparisonRecord:
    """With REGRESSED, of two runs: every kind of figure, cell and difference."""
    return ComparisonRecord(
        verdict=verdict,
        reasons=(f"REGRESSED: p95 of latency, {name}: 8.00 ms before, 9.60 ms after, +20.0%",),
        runs=(
            ComparedRun("20261124T120000Z-demo", Side.BEFORE, "demo", "http://a", _STARTED_NS, 6_000, "MET"),
            ComparedRun(
                "20261125T120000Z-demo", Side.AFTER, "demo", "http://a", _STARTED_NS, 6_010, "MISSED"
            ),
        ),
        least=LeastEffects(),
        differences=(
            RunDifference("target", ("http://a", "http://b"), bars=True, accepted=True),
            RunDifference("versions", ("service 1", "service 2"), bars=False),
        ),
        changes=(
            change(
                Figure.AVAILABILITY,
                Scope(),
                (0.001, 0.0011),
                (0.0001, -0.0004, 0.0006),
                ChangeVerdict.NO_CHANGE,
            ),
            change(
                Figure.LATENCY,
                Scope(operation=name),
                (8.0, 9.6),
                (0.2, 0.11, 0.31),
                ChangeVerdict.REGRESSED,
                0.95,
            ),
            change(
                Figure.LATENCY,
                Scope(operation=name),
                (20.0, 21.0),
                (0.05, None, 0.6),
                ChangeVerdict.NOT_PROVEN,
                0.99,
            ),
            change(
                Figure.THROUGHPUT, Scope(), (206.0, 206.1), (0.0005, -0.01, 0.01), ChangeVerdict.NO_CHANGE
            ),
            change(
                Figure.RECOVERY,
                Scope(fault="redis-down", objective="availability-free"),
                (12.0, 1.0),
                (-11.0, -13.0, -9.0),
                ChangeVerdict.IMPROVED,
            ),
            change(
                Figure.LATENCY,
                Scope(operation=name, fault="redis-down"),
                (30.0, 60.0),
                (1.0, 0.7, 1.4),
                ChangeVerdict.REGRESSED,
                0.5,
                decides=False,
            ),
        ),
        cells=(
            CellChange(
                "redis-down",
                name,
                "statuses",
                "answers only with 200",
                ("PROVED",),
                ("VIOLATED",),
                "200: 100",
                "503: 100",
                ChangeVerdict.REGRESSED,
                decides=True,
            ),
        ),
        method=METHOD,
        gaps=("something could not be compared",),
    )
