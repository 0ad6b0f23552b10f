"""Verdicts made for tests, with every kind of entry."""

from scipy.stats import beta

from evidence.run_folder import RunFolder
from evidence.verdict_record import (
    FaultEffect,
    Interval,
    ObjectiveResult,
    Validity,
    ValidityCheck,
    Verdict,
    VerdictRecord,
)
from slo.evidence_view import open_evidence
from slo.series import outcomes_between
from tests.reports.synthetic_run import FAULTS, NS, PHASES, ZERO_NS

_LEVEL = 0.95
_TARGETS = {"enterprise": (0.9995, 200.0), "standard": (0.999, 500.0), "free": (0.99, 1000.0)}

_COUNTS = """
SELECT count(*) FILTER (WHERE available AND latency_ns <= coalesce($limit, latency_ns)), count(*)
FROM counted WHERE tier = $tier AND ($phase IS NULL OR phase = $phase)
"""

HELD = (
    ValidityCheck("dispatch lag p99, ms", 4.31, 10.0, held=True, reason="the generator kept its schedule"),
    ValidityCheck(
        "undelivered arrivals, %", 0.0, 0.5, held=True, reason="every arrival that was due was sent"
    ),
    ValidityCheck("missing records", 0.0, 0.0, held=True, reason="every sequence number has its record"),
    ValidityCheck("faults felt", 3.0, 3.0, held=True, reason="a probe saw each fault before it counted"),
    ValidityCheck("faults healed", 3.0, 3.0, held=True, reason="a probe saw that each fault was gone"),
)


def objective(
    tier: str,
    good: int,
    total: int,
    *,
    indicator: str = "availability",
    phase: str | None = None,
    demanded: bool = False,
) -> ObjectiveResult:
    """A result as a verdict would hold it."""
    availability, threshold_ms = _TARGETS.get(tier, (0.99, 1000.0))
    target = availability if indicator == "availability" else 0.95
    low = float(beta.ppf(1 - _LEVEL, good, total - good + 1)) if good else 0.0
    high = float(beta.ppf(_LEVEL, good + 1, total - good)) if good < total else 1.0
    verdict = Verdict.MET if low >= target else Verdict.MISSED if high < target else Verdict.NOT_PROVEN
    if not total:
        verdict = Verdict.NOT_PROVEN
    bad = total - good
    budget = (1 - target) * total
    return ObjectiveResult(
        name=f"search-{indicator}",
        service="document-search",
        indicator=indicator,
        labels={"tier": tier},
        phase=phase,
        demanded=demanded,
        target=target,
        threshold_ms=threshold_ms if indicator == "latency" else None,
        good=good,
        total=total,
        ratio=good / total if total else None,
        budget=budget,
        consumed=bad / budget if total else None,
        interval=Interval(low, high, _LEVEL, "Clopper-Pearson") if total else None,
        verdict=verdict,
        reason={
            Verdict.MET: "The lower bound is at or above the target.",
            Verdict.MISSED: f"{bad:,} of {total:,} requests were bad; the upper bound is below the target.",
            Verdict.NOT_PROVEN: "The target lies between the bounds.",
            Verdict.INVALID: "",
        }[verdict],
        needs="About 4,100 more requests without a bad one would prove it."
        if verdict is Verdict.NOT_PROVEN
        else None,
    )


def small_verdict() -> VerdictRecord:
    """One objective of each kind, one fault: what the golden files show."""
    return VerdictRecord(
        verdict=Verdict.MISSED,
        reasons=(
            "Enterprise availability was missed: 99% of 10,000 requests were good, 99.95% was promised.",
            "Free availability is not proven: 58 requests are too few for 99%.",
        ),
        validity=Validity(valid=True, checks=HELD[:2]),
        objectives=(
            objective("enterprise", 9_900, 10_000, demanded=True),
            objective("standard", 5_000, 5_000, demanded=True),
            objective("free", 58, 58, demanded=True),
            objective("enterprise", 9_990, 10_000, indicator="latency"),
            objective("enterprise", 900, 1_000, phase="redis-down"),
            objective("standard", 500, 500, phase="redis-down"),
        ),
        faults=(
            FaultEffect(
                fault="redis-down",
                id="redis-down-1",
                experiment="redis-down",
                target="redis-cache",
                felt=True,
                healed=True,
                verified_ns=ZERO_NS + 37 * NS,
                healing_ns=ZERO_NS + 56 * NS,
                requests=3_800,
                outcomes={"ok": 3_700, "timeout": 100},
                served_from={"live": 3_700},
                latency_p50_ms=21.4,
                latency_p95_ms=64.0,
                latency_p99_ms=1_020.0,
            ),
        ),
    )


def invalid_verdict() -> VerdictRecord:
    """The generator could not keep its schedule, and a fault was never felt."""
    return VerdictRecord(
        verdict=Verdict.INVALID,
        reasons=("The generator fell behind: dispatch lag p99 was 81 ms, 10 ms is allowed.",),
        validity=Validity(
            valid=False,
            checks=(
                ValidityCheck("dispatch lag p99, ms", 81.2, 10.0, held=False, reason="it fell behind"),
                ValidityCheck("faults felt", None, None, held=False, reason="redis-down was never felt"),
            ),
        ),
        objectives=(),
    )


def empty_verdict() -> VerdictRecord:
    """Nothing at all."""
    return VerdictRecord(Verdict.INVALID, (), Validity(valid=False, checks=()), ())


def judged(folder: RunFolder) -> VerdictRecord:
    """A verdict that fits the requests of a synthetic run, close to what `slo` says of one."""
    with open_evidence(folder) as evidence:
        objectives: list[ObjectiveResult] = []
        for indicator in ("availability", "latency"):
            for tier in _TARGETS:
                for phase in (None, *(name for name, _, _ in PHASES[1:])):
                    good, total = evidence.rows(
                        _COUNTS,
                        {
                            "limit": None if indicator == "availability" else _TARGETS[tier][1] * 1e6,
                            "tier": tier,
                            "phase": phase,
                        },
                    )[0]
                    demanded = phase is None and indicator == "availability"
                    objectives.append(
                        objective(tier, good, total, indicator=indicator, phase=phase, demanded=demanded)
                    )
        effects: list[FaultEffect] = []
        for fault in FAULTS:
            start_ns, end_ns = (ZERO_NS + round(at * NS) for at in (fault.verified_s, fault.healing_s))
            met = outcomes_between(evidence, start_ns, end_ns)
            effects.append(
                FaultEffect(
                    fault.name,
                    f"{fault.name}-1",
                    fault.name,
                    fault.target,
                    True,
                    True,
                    start_ns,
                    end_ns,
                    met.requests,
                    met.outcomes,
                    met.served_from,
                    met.latency_p50_ms,
                    met.latency_p95_ms,
                    met.latency_p99_ms,
                )
            )
    return VerdictRecord(
        Verdict.MISSED,
        (
            "Enterprise availability was missed: 96.35% of requests were good, 99.95% was promised. "
            "Most of the bad ones fall into postgres-down.",
            "Standard availability was missed: 96.41% of requests were good, 99.9% was promised.",
            "Free availability was missed: 95.80% of requests were good, 99% was promised.",
        ),
        Validity(valid=True, checks=HELD),
        tuple(objectives),
        faults=tuple(effects),
    )
