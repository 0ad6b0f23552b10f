"""Which articles of a contract a run's faults bring about, and when. Pure."""

from dataclasses import dataclass

from evidence.timeline import FaultWindow
from slo.contract.contract import Article, Contract
from slo.contract.promises.recovery import RecoveryTime
from slo.contract.stretches import Episode, FaultStretch, begin_ns, episodes, fault_stretches, gone_ns

_NS_PER_S = 1_000_000_000
_SHORTEST_NS = 1_000_000_000
"""Where what is broken together comes and goes one by one, each is alone for some milliseconds: a shorter
stretch is such a passage, and not what anybody meant to try."""


@dataclass(frozen=True, slots=True)
class Exercised:
    """One article, and where it is exercised."""

    article: Article
    stretches: tuple[FaultStretch, ...]
    """Its faults count, and nothing else is broken."""
    episodes: tuple[Episode, ...]
    """Its faults came, and went, alone: what follows is their recovery."""


def exercised(contract: Contract, faults: tuple[FaultWindow, ...]) -> tuple[Exercised, ...]:
    """Every article of the contract, in its order, with nothing where it is not exercised.

    While nothing is broken, what comes after a fault belongs to its recovery for as long as the longest
    that the contract allows.
    """
    settling_ns = round(longest_recovery_s(contract) * _NS_PER_S)
    stretches = [_settled(one, faults, settling_ns) for one in fault_stretches(faults)]
    known = [one for one in stretches if one.end_ns - one.start_ns >= _SHORTEST_NS]
    told = episodes(faults)
    return tuple(
        Exercised(
            article,
            tuple(one for one in known if article.situation.holds(one.active, faults)),
            tuple(
                one
                for one in told
                if article.situation.parts
                and article.situation.holds(one.faults, one.faults)
                and all(fault.felt for fault in one.faults)
            ),
        )
        for article in contract.articles
    )


def longest_recovery_s(contract: Contract) -> float:
    """The longest recovery that is promised; 0 where none is."""
    promised = (clause.promise(RecoveryTime) for article in contract.articles for clause in article.clauses)
    return max((one.within_s for one in promised if one is not None), default=0.0)


def reach_ns(stretch: FaultStretch) -> tuple[int, int]:
    """From the first word of the stretch's faults to the last; the stretch itself where nothing is broken."""
    if not stretch.active:
        return stretch.start_ns, stretch.end_ns
    begun = [at_ns for fault in stretch.active if (at_ns := begin_ns(fault)) is not None]
    return min(begun), max(gone_ns(fault) for fault in stretch.active)


def _settled(stretch: FaultStretch, faults: tuple[FaultWindow, ...], settling_ns: int) -> FaultStretch:
    if stretch.active:
        return stretch
    settled_ns = [gone + settling_ns for fault in faults if (gone := gone_ns(fault)) <= stretch.start_ns]
    return FaultStretch((), max([stretch.start_ns, *settled_ns]), stretch.end_ns)
