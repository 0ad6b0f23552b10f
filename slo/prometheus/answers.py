"""Answers of the HTTP API as arrays: https://prometheus.io/docs/prometheus/latest/querying/api/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict, cast

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from slo.prometheus.errors import PrometheusError

type Labels = tuple[tuple[str, str], ...]
"""In the order of their names, without that of the metric."""
type Values = NDArray[np.float64]
"""One for each instant of a grid; NaN where there is none."""


class _Series(TypedDict):
    metric: Mapping[str, str]
    values: NotRequired[list[tuple[float, str]]]
    """Absent where all are histograms."""


@dataclass(frozen=True, slots=True)
class _Histogram:
    buckets: list[tuple[int, str, str, str]] = ()  # type: ignore[assignment]  # absent where it is empty


@dataclass(frozen=True, slots=True)
class _Sample:
    metric: Mapping[str, str]
    histogram: tuple[float, _Histogram] | None = None


class _Matrix(TypedDict):
    resultType: str
    result: list[_Series]


class _MatrixEnvelope(TypedDict):
    status: str
    data: NotRequired[_Matrix]
    error: NotRequired[str]
    warnings: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class _Vector:
    resultType: Literal["vector"]  # noqa: N815 -- Prometheus's name
    result: list[_Sample]


@dataclass(frozen=True, slots=True)
class _Envelope[T]:
    status: Literal["success", "error"]
    data: T | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Series on a grid of instants."""

    series: Mapping[Labels, Values]
    warnings: tuple[str, ...] = ()
    """Of a server that knows that it could not look everywhere."""


def range_answer(text: bytes, start_s: int, count: int, step_s: int) -> Answer:
    """A matrix, on `count` instants from `start_s` on. Raises PrometheusError.

    A month is millions of values: they are read as JSON gives them, and not checked one by one as types.
    """
    try:
        envelope = cast("_MatrixEnvelope", orjson.loads(text))
        if envelope["status"] == "error":
            raise PrometheusError(_refused(envelope.get("error", "")))
        matrix = envelope["data"]
        if matrix["resultType"] != "matrix":
            raise PrometheusError(_no_answer(text))
        series = {
            labels_of(one["metric"]): _on_grid(one.get("values", []), start_s, count, step_s)
            for one in matrix["result"]
        }
        return Answer(series, tuple(envelope.get("warnings", ())))
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise PrometheusError(_no_answer(text)) from error


def _on_grid(values: list[tuple[float, str]], start_s: int, count: int, step_s: int) -> Values:
    on_grid = np.full(count, np.nan)
    if values:
        times, written = zip(*values, strict=True)
        on_grid[np.rint((np.array(times) - start_s) / step_s).astype(np.int64)] = [
            float(one) for one in written
        ]
    return on_grid


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
        raise PrometheusError(_no_answer(text)) from error
    if envelope.status == "error":
        raise PrometheusError(_refused(envelope.error))
    return envelope


def _refused(told: str) -> str:
    return f"it refuses the question: {told}"


def _no_answer(text: bytes) -> str:
    return f"it answers {text[:80].decode(errors='replace')!r}: is it a Prometheus, at this address?"
