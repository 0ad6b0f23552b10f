"""Whether a contract is one of what a plan breaks: a situation that never comes about demands nothing."""

from collections.abc import Collection, Iterator

from chaos.faults import FAULTS
from evidence.errors import Problem
from slo.contract.contract import Contract
from slo.contract.situation import Part
from slo.evidence_view import experiment_name


def contract_problems(contract: Contract, experiments: Collection[str]) -> Iterator[Problem]:
    """Faults that there are not, and experiments none of which is among the plan's `experiments`.

    Of targets nobody can tell before the run. A contract may say more than one plan brings about.
    """
    parts = [(article.name, part) for article in contract.articles for part in article.situation.parts]
    known = sorted(kind.name for kind in FAULTS)
    for name, part in parts:
        for fault in sorted(part.faults - set(known)):
            yield Problem(f"situation {name}.faults", fault, f"must be one of {', '.join(known)}")
    named = [part.experiment for _, part in parts if part.experiment is not None]
    broken = {experiment_name(one) for one in experiments}
    if named and broken and not set(named) & broken and not any(map(_is_open, parts)):
        allowed = f"one at least must be an experiment of the plan: {', '.join(sorted(broken))}"
        yield Problem("situations", ", ".join(sorted(set(named))), allowed)


def _is_open(named: tuple[str, Part]) -> bool:
    """It is of targets or faults, whichever experiment breaks them."""
    return named[1].experiment is None
