"""Writes blocked: indices refuse documents and go on answering searches."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from chaos.admin.elasticsearch_admin import ElasticsearchAdmin
from chaos.faults.elasticsearch.index_pattern import IndexPattern, indices_of
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault, not_wrong
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.probes.questions.elasticsearch import elasticsearch_question
from chaos.targets.direct import DirectTarget

_SETTINGS = {
    "flood-stage": "index.blocks.read_only_allow_delete",
    "write": "index.blocks.write",
    "read-only": "index.blocks.read_only",
}
_ABSENT = "stormproof-probe-absent"
"""No document has this id: an update of it is refused by a block, and else finds nothing."""


@dataclass(frozen=True, slots=True)
class WritesBlocked(InsideFault):
    """A block on indices.

    flood-stage is what Elasticsearch itself does to the indices of a node whose disk is 95% full; where its
    disk watermarks are on, it lifts the block again within half a minute while there is room.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "writes-blocked"
    effect: ClassVar[str] = (
        "Writes to the indices are refused with cluster_block_exception: 429 at flood-stage, else 403; "
        "searches and gets are answered."
    )

    block: Literal["flood-stage", "write", "read-only"] = "flood-stage"
    """flood-stage as a full disk makes it, write, or read-only."""
    indices: IndexPattern = "*"
    """Names of indices or aliases, * for any characters, separated by commas."""

    def remember(self, target: DirectTarget) -> Mapping[str, str]:
        """Indices that have the block already: they keep it."""
        return {"blocked": json.dumps(self._blocked(target))}

    def inject(self, target: DirectTarget, mark: Mark) -> None:
        """Block all the others."""
        admin = _admin(target)
        free = set(indices_of(admin, self.indices)) - _blocked_before(mark)
        admin.set_index_setting(tuple(sorted(free)), _SETTINGS[self.block], value=True)

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:
        """Some index is blocked that was not before."""
        return bool(set(self._blocked(target)) - _blocked_before(mark))

    def heal(self, target: DirectTarget, mark: Mark) -> None:
        """Lift the block from what had none."""
        ours = set(self._blocked(target)) - _blocked_before(mark)
        _admin(target).set_index_setting(tuple(sorted(ours)), _SETTINGS[self.block], value=None)

    def question(self, target: DirectTarget) -> Dialect:
        """An update of a document that is not there, in the first of the indices."""
        index = indices_of(_admin(target), self.indices)[0]
        return elasticsearch_question(
            "POST", f"/{index}/_update/{_ABSENT}", {"doc": {}}, sound=frozenset({404})
        )

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must be refused."""
        return not_wrong(seen, "HTTP/1.1 429" if self.block == "flood-stage" else "HTTP/1.1 403")

    def _blocked(self, target: DirectTarget) -> list[str]:
        setting = _SETTINGS[self.block]
        found = _admin(target).index_setting(self.indices, setting)
        return sorted(index for index, value in found.items() if value == "true")


def _blocked_before(mark: Mark) -> set[str]:
    return set(json.loads(mark.before.get("blocked", "[]")))


def _admin(target: DirectTarget) -> ElasticsearchAdmin:
    return ElasticsearchAdmin(target.door.address)
