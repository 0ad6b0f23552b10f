"""A load as a message: everything that a worker needs to send its share, so that it needs no file but, for
users of a locustfile's own, that.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from evidence.tenants_record import Tenant
from loadtests.arrivals import ArrivalProcess
from loadtests.generator.distributed.protocol import ProtocolError, decode
from loadtests.generator.load import Load
from loadtests.generator.locustfiles.closed_load import ClosedLoad
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.locustfiles.open_load import OpenLoad
from loadtests.generator.scenario_load import ScenarioLoad
from loadtests.generator.target import parse_target
from loadtests.scenario_bundle import ScenarioBundle, bundle_scenario, unbundle_scenario
from loadtests.scenario_file import read_scenario
from loadtests.scenario_rate import at_rate
from loadtests.shape_rate import ShapeRate
from loadtests.tags import TagChoice

_SCENARIO = "scenario"
_OPEN = "open users"
_CLOSED = "closed users"


@dataclass(frozen=True, slots=True)
class _ScenarioParcel:
    bundle: ScenarioBundle
    duration_s: float
    targets: tuple[tuple[str | None, str], ...]
    """Name and URL of each."""
    tenants: Mapping[str, tuple[Tenant, ...]]
    words: tuple[str, ...]
    seed: int
    rate_per_s: float | None
    tags: tuple[str, ...] | None
    excluded_tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _OpenParcel:
    name: str
    target: str
    seed: int
    process: ArrivalProcess
    curves: Mapping[str, ShapeRate]
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class _ClosedParcel:
    name: str
    target: str
    duration_s: float | None


def pack_load(load: Load) -> dict[str, Any]:
    """As Locust carries it. Raises OSError: a file of the scenario is gone."""
    if isinstance(load, ScenarioLoad):
        return {"kind": _SCENARIO, **asdict(_scenario_parcel(load))}
    if isinstance(load, OpenLoad):
        parcel = _OpenParcel(load.name, load.target, load.seed, load.process, load.curves, load.duration_s)
        return {"kind": _OPEN, **asdict(parcel), "process": str(load.process)}
    if isinstance(load, ClosedLoad):
        return {"kind": _CLOSED, **asdict(_ClosedParcel(load.name, load.target, load.duration_s))}
    raise TypeError(f"{type(load).__name__} cannot be shared")


def unpack_load(packed: Mapping[str, Any], side: LocustSide, folder: Path) -> Load:
    """The same load, on another machine; its files are laid out in `folder`, which must outlive it.

    Raises ProtocolError, InvalidFile, OSError.
    """
    content = dict(packed)
    kind = content.pop("kind", None)
    if kind == _SCENARIO:
        return _scenario_load(decode(_ScenarioParcel, content), folder)
    if kind == _OPEN:
        return _open_load(decode(_OpenParcel, content), side)
    if kind == _CLOSED:
        closed = decode(_ClosedParcel, content)
        return ClosedLoad(side, closed.name, closed.target, closed.duration_s)
    raise ProtocolError(f"load of kind {kind!r}")


def _scenario_parcel(load: ScenarioLoad) -> _ScenarioParcel:
    return _ScenarioParcel(
        bundle=bundle_scenario(load.file),
        duration_s=load.scenario.duration_s,
        targets=tuple((name, target.url) for name, target in load.targets.items()),
        tenants=load.tenants,
        words=load.words,
        seed=load.seed,
        rate_per_s=load.rate_per_s,
        tags=None if load.tags.included is None else tuple(load.tags.included),
        excluded_tags=tuple(load.tags.excluded),
    )


def _scenario_load(parcel: _ScenarioParcel, folder: Path) -> ScenarioLoad:
    try:
        file = unbundle_scenario(parcel.bundle, folder)
    except ValueError as error:
        raise ProtocolError(str(error)) from error
    scenario = read_scenario(file)
    if parcel.rate_per_s is not None:
        scenario = at_rate(scenario, parcel.rate_per_s)
    scenario = replace(scenario, duration_s=parcel.duration_s)
    return ScenarioLoad(
        scenario=scenario,
        targets={name: parse_target(url) for name, url in parcel.targets},
        tenants=parcel.tenants,
        words=parcel.words,
        seed=parcel.seed,
        file=file,
        rate_per_s=parcel.rate_per_s,
        tags=TagChoice(
            None if parcel.tags is None else frozenset(parcel.tags), frozenset(parcel.excluded_tags)
        ),
    )


def _open_load(parcel: _OpenParcel, side: LocustSide) -> OpenLoad:
    missing = sorted(set(parcel.curves) - {one.__name__ for one in side.user_classes})
    if missing:
        raise ProtocolError(f"its locustfile has no class {', '.join(missing)}, the master's has")
    return OpenLoad(
        side=side,
        name=parcel.name,
        target=parcel.target,
        seed=parcel.seed,
        process=parcel.process,
        curves=parcel.curves,
        duration_s=parcel.duration_s,
    )
