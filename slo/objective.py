"""What is promised: objectives, read from OpenSLO files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem
from slo.allowed_fields import with_allowed_fields
from slo.openslo import SloDocument, SourceSpec, Target

_SUFFIXES = (".yaml", ".yml", ".json")
_NEXT_STEP = "Mend the objective; see slo/objectives for files that are understood."


class Indicator(StrEnum):
    """What makes a request good."""

    AVAILABILITY = "availability"
    """It was answered, and not with an empty fallback."""
    LATENCY = "latency"
    """That, and within the threshold, from the intended instant."""


@dataclass(frozen=True, slots=True)
class Objective:
    """A promise: the share `target` of requests is good."""

    name: str
    service: str
    indicator: Indicator
    target: float
    """A ratio, 0 < target < 1."""
    threshold_ms: float | None = None
    """Of a latency objective."""
    tier: str | None = None
    """None for all requests."""
    operation: str | None = None
    """None for all requests."""
    labels: Mapping[str, str] = MappingProxyType({})
    """tier and operation, and what the file says."""
    window: str | None = None
    """Over how long it is promised, as OpenSLO writes it: 1M, 28d."""
    description: str = ""
    source: str = ""
    """Where the figure is from."""

    @property
    def exact_target(self) -> Fraction:
        """The target as it is written: no bit of 0.9995 is lost to binary."""
        return Fraction(Decimal(repr(self.target)))

    @property
    def threshold_ns(self) -> int | None:
        """The threshold in whole nanoseconds."""
        return None if self.threshold_ms is None else round(Decimal(repr(self.threshold_ms)) * 1_000_000)


def read_objectives(path: Path) -> tuple[Objective, ...]:
    """The objectives of a file, or of all files (.yaml, .yml, .json) of a folder, by name.

    Raises InvalidFile, naming every problem of the first file that has any, for a folder without files, and
    for two objectives of one name.
    """
    if not path.is_dir():
        return (read_objective(path),)
    files = objective_files(path)
    if not files:
        problem = Problem("", "no objectives", f"must hold OpenSLO files ({', '.join(_SUFFIXES)})")
        raise InvalidFile(path, (problem,), "Name a file or a folder of objectives.")
    found: dict[str, Path] = {}
    objectives: list[Objective] = []
    for file in files:
        objective = read_objective(file)
        if objective.name in found:
            problem = Problem(
                "metadata.name", repr(objective.name), f"{found[objective.name]} has it already"
            )
            raise InvalidFile(file, (problem,), "Give each objective a name of its own.")
        found[objective.name] = file
        objectives.append(objective)
    return tuple(sorted(objectives, key=lambda one: one.name))


def objective_files(path: Path) -> tuple[Path, ...]:
    """The files that `read_objectives` reads: `path` itself, or those of a folder."""
    if not path.is_dir():
        return (path,)
    return tuple(file for file in sorted(path.iterdir()) if file.suffix in _SUFFIXES)


def read_objective(file: Path) -> Objective:
    """The objective in one file. Raises InvalidFile."""
    try:
        document = read_document(file, SloDocument, next_step=_NEXT_STEP)
    except InvalidFile as error:
        raise InvalidFile(
            file, tuple(with_allowed_fields(one, SloDocument) for one in error.problems), error.next_step
        ) from error
    problems = tuple(_problems(document))
    if problems:
        raise InvalidFile(file, problems, _NEXT_STEP)
    return _objective(document)


def _objective(document: SloDocument) -> Objective:
    metadata, spec = document.metadata, document.spec
    good = spec.indicator.spec.ratio_metric.good.metric_source.spec
    selector = {"tier": good.tier, "operation": good.operation}
    labels = {name: _label(value) for name, value in metadata.labels.items()}
    labels.update({name: value for name, value in selector.items() if value is not None})
    return Objective(
        name=metadata.name,
        service=spec.service,
        indicator=Indicator(good.indicator),
        target=_target(spec.objectives[0]),
        threshold_ms=good.threshold_ms,
        tier=good.tier,
        operation=good.operation,
        labels=MappingProxyType(labels),
        window=spec.time_window[0].duration if spec.time_window else None,
        description=spec.description or "",
        source=metadata.annotations.get("stormproof/source", ""),
    )


def _label(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _target(written: Target) -> float:
    if written.target is not None:
        return written.target
    return float(Decimal(repr(written.target_percent)) / 100)


def _problems(document: SloDocument) -> Iterator[Problem]:
    for field, entries in (
        ("objectives", document.spec.objectives),
        ("timeWindow", document.spec.time_window),
    ):
        if entries is not None and len(entries) != 1:
            yield Problem(f"spec.{field}", f"{len(entries)} entries", "must hold exactly one")
    for written in document.spec.objectives:
        yield from _target_problems(written)
    metric = document.spec.indicator.spec.ratio_metric
    good, total = metric.good.metric_source.spec, metric.total.metric_source.spec
    place = "spec.indicator.spec.ratioMetric.{}.metricSource.spec.{}"
    yield from _source_problems(good, total, place)
    for name in ("tier", "operation"):
        label = document.metadata.labels.get(name)
        chosen = getattr(good, name)
        if label is not None and chosen is not None and _label(label) != chosen:
            yield Problem(f"metadata.labels.{name}", repr(label), f"must be {chosen!r}, as in the indicator")


def _source_problems(good: SourceSpec, total: SourceSpec, place: str) -> Iterator[Problem]:
    if good.indicator == "requests":
        yield Problem(place.format("good", "indicator"), "'requests'", "must be availability or latency")
    if total.indicator != "requests":
        yield Problem(place.format("total", "indicator"), repr(total.indicator), "must be requests")
    if total.threshold_ms is not None:
        yield Problem(place.format("total", "threshold_ms"), repr(total.threshold_ms), "belongs to good only")
    if (good.threshold_ms is None) == (good.indicator == "latency"):
        allowed = "needed for latency, milliseconds over 0, and for nothing else"
        yield Problem(place.format("good", "threshold_ms"), repr(good.threshold_ms), allowed)
    if (good.tier, good.operation) != (total.tier, total.operation):
        value = f"tier {good.tier!r}, operation {good.operation!r}"
        allowed = f"must be those of total: tier {total.tier!r}, operation {total.operation!r}"
        yield Problem(place.format("good", "tier"), value, allowed)


def _target_problems(written: Target) -> Iterator[Problem]:
    place = "spec.objectives[0]"
    if (written.target is None) == (written.target_percent is None):
        value = f"target {written.target}, targetPercent {written.target_percent}"
        yield Problem(place, value, "must have one of target and targetPercent")
    elif written.target is not None and not 0 < written.target < 1:
        allowed = "a ratio over 0 and under 1: 0.999 for 99.9%, or write targetPercent"
        yield Problem(f"{place}.target", repr(written.target), allowed)
    elif written.target_percent is not None and not 0 < written.target_percent < 100:
        yield Problem(f"{place}.targetPercent", repr(written.target_percent), "must be over 0 and under 100")
