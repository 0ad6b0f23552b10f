"""Verdicts made for tests, with every kind of entry."""

from dataclasses import replace
from pathlib import Path

from scipy.stats import beta

import slo
from evidence.run_folder import RunFolder
from evidence.verdict_record import (
    CauseKind,
    CellVerdict,
    ContractCell,
    ContractCoverage,
    FaultEffect,
    FaultRecovery,
    Interval,
    LedgerEntry,
    ObjectiveResult,
    RecoveryState,
    Validity,
    ValidityCheck,
    Verdict,
    VerdictRecord,
)
from slo.evaluate import Demands, evaluate
from slo.objective import read_objectives
from tests.reports.synthetic_run import NS, ZERO_NS

_OBJECTIVES = Path(slo.__file__).parent / "objectives"
_LEVEL = 0.95
_TARGETS = {"enterprise": (0.9995, 200.0), "standard": (0.999, 500.0), "free": (0.99, 1000.0)}

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
                recovery=(
                    recovery("availability-enterprise"),
                    replace(recovery("availability-free"), state=RecoveryState.NOT_BACK, recover_s=None),
                ),
            ),
        ),
        contract=contract(),
        contract_coverage=(ContractCoverage("a requirement", 4, 2, 1, 1, 0.5),),
        budget_ledger=(
            LedgerEntry("availability-enterprise", {}, "redis-down", 90, 18.0, CauseKind.FAULT),
            LedgerEntry("availability-enterprise", {}, "background", 10, 2.0, CauseKind.BACKGROUND),
        ),
    )


def recovery(objective_name: str) -> FaultRecovery:
    """Out after 1 s, worst at 3 s, back 2.5 s after the end of the fault."""
    return FaultRecovery(
        objective=objective_name,
        state=RecoveryState.RECOVERED,
        before_ratio=0.999,
        detect_s=1.0,
        peak_s=3.0,
        depth=0.25,
        area_s=4.2,
        recover_s=2.5,
        observed_s=14.0,
        resolution_s=0.1,
        requests=4_000,
    )


def contract() -> tuple[ContractCell, ...]:
    """A cell of each verdict, and one that nobody demands."""
    proved = ContractCell(
        "redis-down",
        "search",
        "answers only with 200",
        "200: 1,900",
        1_900,
        CellVerdict.PROVED,
        "statuses",
        demanded=True,
        source="a requirement",
    )
    return (
        proved,
        replace(
            proved,
            promise="is available for at least 99%",
            kind="availability",
            observed="97.00%, 57 bad of 1,900",
            verdict=CellVerdict.VIOLATED,
        ),
        replace(
            proved,
            operation="delete",
            observed="nothing",
            requests=0,
            verdict=CellVerdict.NOT_EXERCISED,
            needs="needs an answer while the fault counts",
        ),
        replace(
            proved,
            fault="postgres-down",
            observed="nothing",
            requests=0,
            verdict=CellVerdict.NOT_EXERCISED,
            demanded=False,
            needs="needs an answer while the fault counts",
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


def undecided_verdict() -> VerdictRecord:
    """Missed objectives and violated cells, on record in a run that is not evidence."""
    made = invalid_verdict()
    return replace(small_verdict(), verdict=Verdict.INVALID, reasons=made.reasons, validity=made.validity)


def empty_verdict() -> VerdictRecord:
    """Nothing at all."""
    return VerdictRecord(Verdict.INVALID, (), Validity(valid=False, checks=()), ())


def judged(folder: RunFolder) -> VerdictRecord:
    """What `slo` says of a run, availability of each tier being demanded."""
    objectives = read_objectives(_OBJECTIVES)
    demanded = frozenset(one.name for one in objectives if one.indicator == "availability")
    return evaluate(folder, objectives, Demands(demanded))
