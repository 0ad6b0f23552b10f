"""What a page of hits must be like: whatever it holds belongs to the tenant, and is what was asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evidence.tenants_record import Tenant
from loadtests.operations.operation import is_text, is_whole_number, written_prefix
from loadtests.operations.titles import SeenTitles

_WORDS = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[a-z]+")
_MARKED = re.compile(r"<em>([^<]*)</em>")

type HitCheck = Callable[[Mapping[str, object]], str | None]
"""Says what is wrong with a hit whose shape is right, None for nothing."""


@dataclass(frozen=True, slots=True)
class PageRules:
    """What was asked for, and by whom."""

    tenant: Tenant
    titles: SeenTitles
    size: int
    fault_of_match: HitCheck
    """Whether a hit is one for this question."""

    def fault_of(self, body: object) -> str | None:
        """What is wrong with a page."""
        if fault := fault_of_shape(body, self.size):
            return fault
        hits: Sequence[Mapping[str, object]] = body["hits"] if isinstance(body, Mapping) else ()
        seen: set[object] = set()
        for position, hit in enumerate(hits):
            fault = self._fault_of_owner(hit) or self.fault_of_match(hit)
            if fault is None and hit["id"] in seen:
                fault = f"document {hit['id']} is on the page twice"
            if fault is not None:
                return f"hits[{position}]: {fault}"
            seen.add(hit["id"])
        return None

    def _fault_of_owner(self, hit: Mapping[str, object]) -> str | None:
        """The tenants of a load are written to by the load alone: their documents are those that were seeded
        and those that load wrote, which name their tenant.
        """
        document_id, tenant = str(hit["id"]), self.tenant
        if document_id.startswith(written_prefix(tenant)):
            return None
        number = document_id.removeprefix(tenant.document_id_prefix)
        seeded = len(number) == 6 and number.isdecimal() and number.isascii()
        if seeded and tenant.document_id(int(number)) == document_id and int(number) < tenant.document_count:
            return self.titles.fault_of(tenant, document_id, str(hit["title"]))
        return f"document {document_id} was neither seeded for {tenant.id} nor written by its load"


def fault_of_shape(body: object, size: int) -> str | None:
    """What is wrong with an answer, whatever was asked for."""
    if not isinstance(body, Mapping):
        return "a search answer must be a JSON object"
    hits = body.get("hits")
    if not isinstance(hits, list):
        return "a search answer must have a list of hits"
    for position, hit in enumerate(hits):
        if fault := _fault_of_hit(hit):
            return f"hits[{position}] {fault}"
    return _fault_of_counts(body, len(hits), size)


def _fault_of_counts(body: Mapping[str, object], hits: int, size: int) -> str | None:
    total = body.get("total")
    if hits > size:
        return f"{hits} hits where at most {size} were asked for"
    if not is_whole_number(total) or not isinstance(body.get("degraded"), bool):
        return "a search answer must have a whole number total and true or false as degraded"
    if isinstance(total, int) and total < hits:
        return f"total {total}: there are {hits} hits on this page"
    return None


def _fault_of_hit(hit: object) -> str | None:
    if not isinstance(hit, Mapping) or not is_text(hit, "id", "title", "snippet"):
        return "must have id, title and snippet as text"
    tags = hit.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return "must have a list of texts as tags"
    if not isinstance(hit.get("score"), int | float):
        return "must have a number as score"
    return None


def match_of_text(text: str) -> HitCheck:
    """Of one word or two, a field of a hit has all: the title, the tags as a whole, or the content, whose
    best part is the snippet and marks at least one of them. Words of other than plain letters
    are not judged.
    """
    words = frozenset(text.split())
    if len(words) > 2 or not all(_PLAIN.fullmatch(word) for word in words):
        return _anything

    def fault_of(hit: Mapping[str, object]) -> str | None:
        if not words.isdisjoint(_MARKED.findall(str(hit["snippet"]).lower())):
            return None
        if words <= set(_words(hit["title"])) or text in _texts(hit["tags"]):
            return None
        return f"document {hit['id']} does not have {text!r} in title, tags or snippet"

    return fault_of


def match_of_prefix(text: str) -> HitCheck:
    """The title has a word that begins like this."""
    if not _PLAIN.fullmatch(text):
        return _anything

    def fault_of(hit: Mapping[str, object]) -> str | None:
        if any(word.startswith(text) for word in _words(hit["title"])):
            return None
        return f"no word in the title of document {hit['id']} begins with {text!r}"

    return fault_of


def match_of_document(document_id: str) -> HitCheck:
    """Only this document has the word that was asked for."""

    def fault_of(hit: Mapping[str, object]) -> str | None:
        if hit["id"] == document_id:
            return None
        return f"document {hit['id']} does not have the word of {document_id}"

    return fault_of


def _anything(hit: Mapping[str, object]) -> None:
    del hit


def _words(title: object) -> list[str]:
    return _WORDS.findall(str(title).lower())


def _texts(tags: object) -> Sequence[object]:
    return tags if isinstance(tags, list) else ()
