"""Spans of a request, by the names of the analysis, section 4.3; nothing at all unless tracing is on.

Whether it is on is the process's, as it is with logging: a span costs a look at one variable otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class SpanName(StrEnum):
    """What a request's time is told apart by."""

    GATEWAY = "api-gateway"
    LIMIT = "rate-limit-check"
    CACHE = "cache-lookup"
    REDIS = "redis-get"
    QUERY = "elasticsearch-query"
    PARSE = "query-parse"
    EXECUTE = "search-execute"
    SERIALIZE = "response-serialize"


class Span(Protocol):
    """A piece of a request's time; the one that is open is the parent of the next."""

    def __enter__(self) -> Span: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None: ...

    def note(self, attributes: Mapping[str, str | int]) -> None:
        """Attributes by OpenTelemetry's conventions: no text of queries, no keys."""


class Recorder(Protocol):
    """What makes spans when tracing is on."""

    def span(self, name: SpanName) -> Span:
        """A part of what is under way."""

    def request_span(self, headers: Mapping[str, str]) -> Span:
        """A whole request, which may be a part of what its client traces (W3C traceparent)."""


class _Nothing:
    __slots__ = ()

    def __enter__(self) -> _Nothing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        pass

    def note(self, attributes: Mapping[str, str | int]) -> None:
        pass


NOTHING = _Nothing()
_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> None:
    """From now on; None: off."""
    global _recorder  # noqa: PLW0603 -- the switch of the process, which each span looks at
    _recorder = recorder


def span(name: SpanName) -> Span:
    """For a `with` statement."""
    return NOTHING if _recorder is None else _recorder.span(name)


def request_span(headers: Mapping[str, str]) -> Span:
    """For a `with` statement around a whole request."""
    return NOTHING if _recorder is None else _recorder.request_span(headers)
