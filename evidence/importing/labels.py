"""How requests are named: operation, tier and tenant, from what the source says of them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidence.importing.errors import InvalidOption
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.paths import general_path, split_url, template_pattern

MOST_OPERATIONS = 200
"""Beyond as many, verdicts by operation say nothing to anybody: the rest is one."""
OTHER = "other"
UNNAMED = "all"
_LONGEST_NAME, _LONGEST_PATH = 120, 2_000


class LabelSource(StrEnum):
    """Where a label comes from."""

    AUTO = "auto"
    """The tool's own name, unless it has none or that is the URL: then method and path."""
    NAME = "name"
    PATH = "path"
    """Method and path."""
    TAG = "tag"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class LabelRule:
    """How one label is made."""

    source: LabelSource
    argument: str = ""
    """The name of the tag, or the label itself."""


AUTO = LabelRule(LabelSource.AUTO)


def read_rule(option: str, text: str, *, operation: bool = False) -> LabelRule:
    """`auto`, `name`, `path` (of an operation only), `tag:NAME` or `fixed:LABEL`. Raises InvalidOption."""
    kind, _, argument = text.partition(":")
    with_argument = {LabelSource.TAG.value, LabelSource.FIXED.value}
    plain = {"auto", "name", "path"} if operation else {"name"}
    if (kind in with_argument and argument) or (kind in plain and not argument):
        return LabelRule(LabelSource(kind), argument)
    allowed = ", ".join([*sorted(plain), "tag:NAME", "fixed:LABEL"])
    raise InvalidOption(f"{option} {text!r}: must be one of {allowed}")


@dataclass(frozen=True, slots=True)
class Labels:
    """What names the requests of an import."""

    operation: LabelRule = AUTO
    path_templates: tuple[str, ...] = ()
    tier: LabelRule | None = None
    tenant: LabelRule | None = None


class Labeller:
    """Names requests, and keeps the number of operations readable."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._templates: Sequence[tuple[str, re.Pattern[str]]] = [
            (template, template_pattern(template)) for template in labels.path_templates
        ]
        self._operations: Counter[str] = Counter()
        self.collapsed = 0
        """Requests whose operation was one too many."""

    def operation(self, request: ForeignRequest) -> str:
        """The name of its operation."""
        name = " ".join(self._operation(request).split())[:_LONGEST_NAME] or UNNAMED
        if name not in self._operations and len(self._operations) >= MOST_OPERATIONS:
            self.collapsed += 1
            return OTHER
        self._operations[name] += 1
        return name

    def tier(self, request: ForeignRequest) -> str | None:
        """Its tier; None where nothing says it."""
        return _label(self._labels.tier, request)

    def tenant(self, request: ForeignRequest) -> str | None:
        """Its tenant; None where nothing says it."""
        return _label(self._labels.tenant, request)

    def _operation(self, request: ForeignRequest) -> str:
        rule = self._labels.operation
        match rule.source:
            case LabelSource.TAG | LabelSource.FIXED | LabelSource.NAME:
                return _label(rule, request) or UNNAMED
            case LabelSource.PATH:
                return self._method_and_path(request, request.url or request.name)
            case LabelSource.AUTO:
                if request.name is not None and not _is_url(request.name):
                    return request.name
                return self._method_and_path(request, request.url or request.name)

    def _method_and_path(self, request: ForeignRequest, url: str | None) -> str:
        if url is None:
            return UNNAMED
        _, path = split_url(url)
        known = next((name for name, pattern in self._templates if pattern.fullmatch(path)), None)
        return f"{request.method or ''} {known or general_path(path[:_LONGEST_PATH])}".strip()


def _label(rule: LabelRule | None, request: ForeignRequest) -> str | None:
    if rule is None:
        return None
    match rule.source:
        case LabelSource.FIXED:
            return rule.argument
        case LabelSource.TAG:
            return request.tags.get(rule.argument) or request.tags.get(rule.argument.lower()) or None
        case _:
            return request.name


def _is_url(name: str) -> bool:
    return name.startswith(("http://", "https://", "/"))
