"""Answers of the HTTP API as arrays: https://prometheus.io/docs/prometheus/latest/querying/api/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from slo.prometheus.errors import PrometheusError

type Labels = tuple[tuple[str, str], ...]
"""In the order of their names, without that of the metric."""
type Values = NDArray[np.float64]
"""One for each instant of a grid; NaN where there is none."""


@dataclass(frozen=True, slots=True)
class _Series:
    metric: Mapping[str, str]
    values: list[tuple[float, str]] = ()  # type: ignore[assignment]  # absent where all are histograms


@dataclass(frozen=True, slots=True)
class _Histogram:
    buckets: list[tuple[int, str, str, str]] = ()  # type: ignore[assignment]  # absent where it is empty


@dataclass(frozen=True, slots=True)
class _Sample:
    metric: Mapping[str, str]
    histogram: tuple[float, _Histogram] | None = None


@dataclass(frozen=True, slots=True)
class _Matrix:
    resultType: Literal["matrix"]  # noqa: N815 -- as the API writes it
    result: list[_Series]


@dataclass(frozen=True, slots=True)
class _Vector:
    resultType: Literal["vector"]  # noqa: N815
    result: list[_Sample]


@dataclass(frozen=True, slots=True)
class _Envelope[T]:
    status: Literal["success", "error"]
    data: T | None = None
    error: str = ""
    warnings: list[str] = ()  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Series on a grid of instants."""

    series: Mapping[Labels, Values]
    warnings: tuple[str, ...] = ()
    """Of a server that knows that it could not look everywhere."""


def range_answer(text: bytes, start_s: int, count: int, step_s: int) -> Answer:
    """A matrix, on `count` instants from `start_s` on. Raises PrometheusError."""
    envelope = _read(text, _Envelope[_Matrix])
    found = envelope.data.result if envelope.data else []
    series: dict[Labels, Values] = {}
    for one in found:
        values = np.full(count, np.nan)
        for at_s, value in one.values:
            values[round((at_s - start_s) / step_s)] = float(value)
        series[labels_of(one.metric)] = values
    return Answer(series, tuple(envelope.warnings))


def label_values(text: bytes) -> tuple[str, ...]:
    """Values of a label. Raises PrometheusError."""
    return tuple(_read(text, _Envelope[list[str]]).data or ())


def native_buckets(text: bytes) -> tuple[tuple[float, float], ...]:
    """The edges of all buckets of native histograms in an instant's answer. Raises PrometheusError."""
    envelope = _read(text, _Envelope[_Vector])
    return tuple(
        (float(left), float(right))
        for one in (envelope.data.result if envelope.data else [])
        if one.histogram is not None
        for _, left, right, _ in one.histogram[1].buckets
    )


def labels_of(metric: Mapping[str, str]) -> Labels:
    """Without the metric's name."""
    return tuple(sorted((name, value) for name, value in metric.items() if name != "__name__"))


def _read[T](text: bytes, kind: type[_Envelope[T]]) -> _Envelope[T]:
    try:
        envelope = TypeAdapter(kind).validate_json(text)
    except ValidationError as error:
        told = text[:80].decode(errors="replace")
        raise PrometheusError(f"it answers {told!r}: is it a Prometheus, at this address?") from error
    if envelope.status == "error":
        raise PrometheusError(f"it refuses the question: {envelope.error}")
    return envelope
