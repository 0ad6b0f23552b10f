"""Many changes in one request."""

from __future__ import annotations

from reference_service.documents.document import MOST_VALUES, check_id, parse_json, read_document, read_object
from reference_service.errors import InvalidInputError
from reference_service.writes.acceptor import Wanted

KINDS = ("index", "delete")


def values_in(operations: int) -> int:
    """More JSON values than so many operations can have."""
    return (operations + 1) * MOST_VALUES


def parse_bulk(body: bytes, most: int) -> list[Wanted]:
    """The changes of `{"operations": [{"index": {a document}}, {"delete": {"id": ...}}, ...]}`, in order.

    One to `most` of them. Raises InvalidInputError, which names the first that cannot be used: then none is.
    """
    operations = read_object(parse_json(body), ("operations",)).get("operations")
    if not isinstance(operations, list) or not 0 < len(operations) <= most:
        raise InvalidInputError("operations", f"a list of 1 to {most} operations is required")
    return [_operation(place, raw) for place, raw in enumerate(operations)]


def _operation(place: int, raw: object) -> Wanted:
    where = f"operations[{place}]"
    if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in KINDS:
        raise InvalidInputError(where, f"an object with one field is required: {' or '.join(KINDS)}")
    ((kind, content),) = raw.items()
    try:
        if kind == "delete":
            return Wanted(check_id(read_object(content, ("id",), kind).get("id")), None)
        return Wanted(*read_document(content))
    except InvalidInputError as error:
        raise InvalidInputError(f"{where}.{kind}.{error.field}", error.allowed) from error
