"""How the requests of a drill's load were answered, read from its records."""

from collections.abc import Iterator, Mapping

import pyarrow.parquet as pq

from evidence.record_reader import record_files
from evidence.request_record import REQUESTS, Outcome
from evidence.run_folder import RunFolder
from evidence.write_record import WRITES, Durability
from stormproof.drills.outage import Answered

_COLUMNS = ["worker", "sequence", "operation", "intended_ns", "ended_ns", "outcome", "served_from", "partial"]


def read_answered(folder: RunFolder) -> Iterator[Answered]:
    """Every request that was sent. Raises InvalidFile."""
    durabilities = _durabilities(folder)
    for file in record_files(folder.path, REQUESTS).parquet:
        for row in pq.read_table(file, columns=_COLUMNS).to_pylist():
            outcome = Outcome(row["outcome"])
            if outcome is Outcome.UNDELIVERED:
                continue
            answered = outcome in {Outcome.OK, Outcome.DEGRADED} and row["served_from"] != "empty"
            local = durabilities.get((row["worker"], row["sequence"])) == Durability.LOCAL
            weak = outcome is Outcome.DEGRADED or row["served_from"] == "stale" or row["partial"] or local
            yield Answered(
                operation=row["operation"],
                intended_ns=row["intended_ns"],
                ended_ns=row["intended_ns"] if row["ended_ns"] is None else row["ended_ns"],
                answered=answered,
                in_full=answered and not weak,
            )


def _durabilities(folder: RunFolder) -> Mapping[tuple[str, int], str | None]:
    """By the request that wrote."""
    return {
        (row["worker"], row["sequence"]): row["durability"]
        for file in record_files(folder.path, WRITES).parquet
        for row in pq.read_table(file, columns=["worker", "sequence", "durability"]).to_pylist()
    }
