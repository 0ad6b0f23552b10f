"""Breaker tripped: Elasticsearch protects its memory by refusing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.admin.elasticsearch_admin import ElasticsearchAdmin
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault, not_wrong
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.probes.questions.elasticsearch import elasticsearch_question
from chaos.targets.direct import DirectTarget

_SETTING = "indices.breaker.total.limit"
_LIMIT = "1%"
"""Of the heap: less than what any node holds."""


@dataclass(frozen=True, slots=True)
class BreakerTripped(InsideFault):
    """The limit of the parent circuit breaker is below what the heap holds."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "breaker-tripped"
    effect: ClassVar[str] = (
        "Searches, gets and writes are refused with 429 circuit_breaking_exception; health answers 200."
    )

    def remember(self, target: DirectTarget) -> Mapping[str, str]:
        """The limit that was set, if one was."""
        return {"limit": _admin(target).cluster_setting(_SETTING) or ""}

    def inject(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- there is one limit
        """Set the limit."""
        _admin(target).set_cluster_setting(_SETTING, _LIMIT)

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """The limit is set."""
        return _admin(target).cluster_setting(_SETTING) == _LIMIT

    def heal(self, target: DirectTarget, mark: Mark) -> None:
        """Set the limit that was, or none."""
        _admin(target).set_cluster_setting(_SETTING, mark.before.get("limit") or None)

    def question(self, target: DirectTarget) -> Dialect:  # noqa: ARG002 -- every request is refused
        """A search of nothing."""
        return elasticsearch_question("GET", "/_search?size=0", sound=frozenset({200}))

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must be told 429."""
        return not_wrong(seen, "HTTP/1.1 429")


def _admin(target: DirectTarget) -> ElasticsearchAdmin:
    return ElasticsearchAdmin(target.door.address)
