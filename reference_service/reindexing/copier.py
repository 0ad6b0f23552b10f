"""Copies what an index holds into another, with versions, so that copying twice leaves what once leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import orjson
from elasticsearch import AsyncElasticsearch

from reference_service.ports.bulk_request import as_operations
from reference_service.ports.index_builds import Tombstone

PAGE = 500
KEEP = "5m"  # for one page, not for all
OVERTAKEN, ABSENT, BUSY = 409, 404, 429


class CopyRefusedError(Exception):
    """The new index will never take a document of the old one."""


class CopyInterruptedError(Exception):
    """Elasticsearch could not take a page now; the same again may go through."""


class Copier:
    """Writes through the alias `target`, which a write does not make: a removed index stays removed."""

    def __init__(self, client: AsyncElasticsearch, target: str) -> None:
        self._client = client
        self._target = target

    async def copy(self, source: str, tell: Callable[[int, int], None]) -> None:
        """All that the source holds at the beginning; `tell` hears how many of how many were copied.

        Raises CopyRefusedError, CopyInterruptedError, and the client's errors.
        """
        # A view shows what was refreshed.
        await self._client.indices.refresh(index=source)
        opened = await self._client.open_point_in_time(index=source, keep_alive=KEEP)
        view, copied = cast("str", opened["id"]), 0
        after: list[int] | None = None
        try:
            while True:
                page = await self._client.search(
                    pit={"id": view, "keep_alive": KEEP},
                    size=PAGE,
                    sort=["_shard_doc"],
                    search_after=after,
                    version=True,
                    track_total_hits=after is None,
                    allow_partial_search_results=False,
                )
                view = cast("str", page["pit_id"])
                hits = cast("list[dict[str, object]]", page["hits"]["hits"])
                if after is None:
                    total = cast("int", page["hits"]["total"]["value"])
                if not hits:
                    return
                await self._send([line for hit in hits for line in self._copied(hit)])
                after = cast("list[int]", hits[-1]["sort"])
                copied += len(hits)
                tell(copied, total)
        finally:
            # Views end by themselves; one that is gone already is as good.
            await self._client.options(ignore_status=ABSENT).close_point_in_time(id=view)

    async def bury(self, tombstones: Sequence[Tombstone]) -> None:
        """Deletes what was deleted: Elasticsearch may have forgotten that. Raises as `copy`."""
        await self._send(
            [orjson.dumps({"delete": self._action(t.document_id, t.version)}) for t in tombstones]
        )

    def _copied(self, hit: dict[str, object]) -> tuple[bytes, bytes]:
        action = self._action(cast("str", hit["_id"]), cast("int", hit["_version"]))
        return orjson.dumps({"index": action}), orjson.dumps(hit["_source"])

    def _action(self, document_id: str, version: int) -> dict[str, object]:
        return {
            "_index": self._target,
            "_id": document_id,
            "version": version,
            "version_type": "external",
            "require_alias": True,
        }

    async def _send(self, lines: list[bytes | str] | list[bytes]) -> None:
        response = await self._client.bulk(
            operations=as_operations(cast("list[bytes | str]", lines)),
            filter_path=("items.*.status", "items.*.error"),
        )
        for item in cast("list[dict[str, dict[str, object]]]", response["items"]):
            (outcome,) = item.values()
            status = cast("int", outcome["status"])
            if status == BUSY or status >= 500:
                raise CopyInterruptedError(f"Elasticsearch answered {outcome}")
            missing_document = status == ABSENT and "error" not in outcome
            if status >= 300 and status != OVERTAKEN and not missing_document:
                raise CopyRefusedError(
                    f"the new index refused a document of the old one: {outcome}. "
                    "Nothing was changed for readers. "
                    "Next: correct the mappings (ports/index_definition.py) and reindex again."
                )
