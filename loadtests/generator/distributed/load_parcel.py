"""A load as a message: everything that a worker needs to send its share, so that it needs no file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from evidence.tenants_record import Tenant
from loadtests.generator.distributed.protocol import ProtocolError, decode
from loadtests.generator.load import Load
from loadtests.generator.scenario_load import ScenarioLoad
from loadtests.generator.target import parse_target
from loadtests.scenario import read_scenario
from loadtests.scenario_bundle import ScenarioBundle, bundle_scenario, unbundle_scenario

_SCENARIO = "scenario"


@dataclass(frozen=True, slots=True)
class _ScenarioParcel:
    bundle: ScenarioBundle
    duration_s: float
    target: str
    tenants: Mapping[str, tuple[Tenant, ...]]
    words: tuple[str, ...]
    seed: int


def pack_load(load: Load) -> dict[str, Any]:
    """As Locust carries it. Raises OSError: a file of the scenario is gone."""
    if isinstance(load, ScenarioLoad):
        parcel = _ScenarioParcel(
            bundle=bundle_scenario(load.file),
            duration_s=load.scenario.duration_s,
            target=load.target,
            tenants=load.tenants,
            words=load.words,
            seed=load.seed,
        )
        return {"kind": _SCENARIO, **asdict(parcel)}
    raise TypeError(f"{type(load).__name__} cannot be shared")


def unpack_load(packed: Mapping[str, Any], folder: Path) -> Load:
    """The same load, on another machine; its files are laid out in `folder`, which must outlive it.

    Raises ProtocolError, InvalidFile, OSError.
    """
    content = dict(packed)
    kind = content.pop("kind", None)
    if kind == _SCENARIO:
        return _scenario_load(decode(_ScenarioParcel, content), folder)
    raise ProtocolError(f"load of kind {kind!r}")


def _scenario_load(parcel: _ScenarioParcel, folder: Path) -> ScenarioLoad:
    try:
        file = unbundle_scenario(parcel.bundle, folder)
    except ValueError as error:
        raise ProtocolError(str(error)) from error
    scenario = replace(read_scenario(file), duration_s=parcel.duration_s)
    return ScenarioLoad(
        scenario, parse_target(parcel.target), parcel.tenants, parcel.words, parcel.seed, file
    )
