"""The 202 that promises a write will not be lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from evidence.write_record import Durability
from loadtests.operations.operation import is_text, is_whole_number


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What was promised."""

    version: int
    durability: Durability


def fault_of_acknowledgement(body: object, document_id: str) -> str | None:
    """What is wrong with the acknowledgement of a write to this document."""
    if not isinstance(body, Mapping):
        return "an acknowledgement must be a JSON object"
    if body.get("id") != document_id:
        return f"wrote document {document_id}, {body.get('id')!r} was acknowledged"
    if not is_whole_number(body.get("version")) or not is_text(body, "job_id"):
        return "an acknowledgement must have a whole number as version and a job_id"
    if body.get("durability") not in tuple(Durability):
        return f"durability {body.get('durability')!r}: must be one of {', '.join(Durability)}"
    return None


def read_acknowledgement(body: bytes) -> Acknowledgement:
    """The promise in a body without fault."""
    content = json.loads(body)
    return Acknowledgement(content["version"], Durability(content["durability"]))
