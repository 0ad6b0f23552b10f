"""Index red: its shards are on no node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.admin.elasticsearch_admin import ElasticsearchAdmin
from chaos.faults.elasticsearch.index_pattern import IndexPattern, indices_of
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault, not_wrong
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.probes.questions.elasticsearch import elasticsearch_question
from chaos.targets.direct import DirectTarget

_SETTING = "cluster.routing.allocation.node_initial_primaries_recoveries"
_NONE_AT_ONCE = "0"
"""So many primaries may a node recover at once: a primary without a node waits for one in vain."""


@dataclass(frozen=True, slots=True)
class IndexRed(InsideFault):
    """Primaries are taken from their nodes, and none may be given back. No document is lost."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "index-red"
    effect: ClassVar[str] = (
        "Searches and gets of the indices are answered 503, writes wait and time out; others are well. "
        "Indices with replicas lose nothing: a replica is promoted."
    )

    indices: IndexPattern
    """Names of indices or aliases, * for any characters, separated by commas."""

    def remember(self, target: DirectTarget) -> Mapping[str, str]:
        """The setting that was, if there was one."""
        return {"recoveries": _admin(target).cluster_setting(_SETTING) or ""}

    def inject(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- there is one setting
        """Stop recoveries, then cancel the primaries."""
        admin = _admin(target)
        indices = indices_of(admin, self.indices)
        admin.set_cluster_setting(_SETTING, _NONE_AT_ONCE)
        admin.cancel_primaries(admin.primaries(indices))

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """Recoveries are stopped."""
        return _admin(target).cluster_setting(_SETTING) == _NONE_AT_ONCE

    def heal(self, target: DirectTarget, mark: Mark) -> None:
        """Let primaries recover again."""
        admin = _admin(target)
        admin.set_cluster_setting(_SETTING, mark.before.get("recoveries") or None)
        admin.reroute()

    def question(self, target: DirectTarget) -> Dialect:
        """A search of the first of the indices."""
        index = indices_of(_admin(target), self.indices)[0]
        return elasticsearch_question("GET", f"/{index}/_search?size=0", sound=frozenset({200}))

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must be told that no shard is available."""
        return not_wrong(seen, "HTTP/1.1 503")


def _admin(target: DirectTarget) -> ElasticsearchAdmin:
    return ElasticsearchAdmin(target.door.address)
