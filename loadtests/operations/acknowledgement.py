"""The 202 that promises a write will not be lost."""

import json
from collections.abc import Mapping, Sequence

from evidence.write_record import Durability
from loadtests.operations.operation import is_text, is_whole_number
from loadtests.operations.promise import Promise, PromisedWrite


def fault_of_acknowledgement(body: object, document_id: str) -> str | None:
    """What is wrong with the acknowledgement of a write to this document."""
    return _fault_of_head(body) or _fault_of_item(body, document_id)


def fault_of_bulk_acknowledgement(body: object, document_ids: Sequence[str]) -> str | None:
    """What is wrong with the acknowledgement of a bulk that wrote these documents, each once, all there."""
    if fault := _fault_of_head(body):
        return fault
    items = body.get("items") if isinstance(body, Mapping) else None
    if not isinstance(items, list) or len(items) != len(document_ids):
        return f"an acknowledgement of {len(document_ids)} writes must have as many items"
    for position, (item, document_id) in enumerate(zip(items, document_ids, strict=True)):
        if fault := _fault_of_item(item, document_id):
            return f"items[{position}]: {fault}"
        if item.get("outcome") != "accepted":
            return f"items[{position}]: {document_id} must be accepted, is {item.get('outcome')!r}"
    return None


def read_acknowledgement(body: bytes, operation: str) -> Promise:
    """The promise in a body without fault: of one index or delete."""
    content = json.loads(body)
    return _promise(content, (PromisedWrite(content["id"], content["version"], operation),))


def read_bulk_acknowledgement(body: bytes, operations: Sequence[str]) -> Promise:
    """The promise in a body without fault: of these, index or delete, in the order of their documents."""
    content = json.loads(body)
    pairs = zip(content["items"], operations, strict=True)
    writes = tuple(PromisedWrite(item["id"], item["version"], operation) for item, operation in pairs)
    return _promise(content, writes)


def _fault_of_head(body: object) -> str | None:
    if not isinstance(body, Mapping):
        return "an acknowledgement must be a JSON object"
    if not is_text(body, "job_id"):
        return "an acknowledgement must have a job_id"
    if body.get("durability") not in tuple(Durability):
        return f"durability {body.get('durability')!r}: must be one of {', '.join(Durability)}"
    return None


def _fault_of_item(item: object, document_id: str) -> str | None:
    if not isinstance(item, Mapping):
        return "must be a JSON object"
    if item.get("id") != document_id:
        return f"wrote document {document_id}, {item.get('id')!r} was acknowledged"
    if not is_whole_number(item.get("version")):
        return "an acknowledgement must have a whole number as version"
    return None


def _promise(content: Mapping[str, str], writes: tuple[PromisedWrite, ...]) -> Promise:
    return Promise(content["job_id"], Durability(content["durability"]), writes)
