from reports.objectives_view import by_phase, title, whole_run
from tests.reports.made_verdicts import objective


def test_demanded_objectives_lead_and_availability_comes_before_latency() -> None:
    told = objective("free", 99, 100)
    latency = objective("free", 99, 100, indicator="latency", demanded=True)
    demanded = objective("enterprise", 99, 100, demanded=True)
    phase = objective("free", 9, 10, phase="baseline")
    assert whole_run((told, latency, phase, demanded)) == (demanded, latency, told)


def test_a_title_names_tier_promise_and_threshold() -> None:
    assert title(objective("enterprise", 9, 10, indicator="latency")) == "enterprise: latency ≤ 200 ms"


def test_the_matrix_follows_the_order_of_the_run_and_leaves_holes_open() -> None:
    results = [
        objective(tier, 9, 10, phase=phase)
        for tier, phase in (
            ("free", "recovery"),
            ("free", "baseline"),
            ("standard", "recovery"),
            ("free", "late"),
        )
    ]
    matrix = by_phase(results, ("warm-up", "baseline", "recovery"))
    assert matrix.phases == ("baseline", "recovery", "late")
    standard, free = matrix.rows
    assert free.cells == (results[1], results[0], results[3])
    assert standard.cells == (None, results[2], None)


def test_objectives_that_differ_in_threshold_or_label_have_rows_of_their_own() -> None:
    matrix = by_phase(
        (
            objective("free", 9, 10, phase="baseline"),
            objective("free", 9, 10, phase="baseline", indicator="latency"),
            objective("standard", 9, 10, phase="baseline", indicator="latency"),
        )
    )
    assert len(matrix.rows) == 3


def test_the_strictest_promise_leads() -> None:
    latency = [objective(tier, 9, 10, indicator="latency") for tier in ("free", "enterprise", "standard")]
    available = [objective(tier, 9, 10) for tier in ("free", "standard", "enterprise")]
    assert [title(one) for one in whole_run([*latency, *available])] == [
        "enterprise: availability",
        "standard: availability",
        "free: availability",
        "enterprise: latency ≤ 200 ms",
        "standard: latency ≤ 500 ms",
        "free: latency ≤ 1,000 ms",
    ]
