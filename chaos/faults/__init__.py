"""The faults, one a file."""

from collections.abc import Mapping

from pydantic import JsonValue, TypeAdapter, ValidationError

from chaos.errors import InvalidArgumentError
from chaos.faults.fault import Fault
from chaos.faults.latency import Latency
from chaos.faults.refused import Refused

_ADAPTERS: dict[str, TypeAdapter[Refused] | TypeAdapter[Latency]] = {
    Refused.name: TypeAdapter(Refused),
    Latency.name: TypeAdapter(Latency),
}


def make_fault(name: str, parameters: Mapping[str, JsonValue]) -> Fault:
    """The fault of that name.

    Raises InvalidArgumentError for an unknown name, or a parameter that the fault cannot take.
    """
    if name not in _ADAPTERS:
        raise InvalidArgumentError(f"fault {name!r} is unknown: must be one of {', '.join(_ADAPTERS)}.")
    try:
        return _ADAPTERS[name].validate_python(dict(parameters), strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "parameters"
        raise InvalidArgumentError(
            f"fault {name!r}, {where}: {first.get('input')!r}: {first['msg']}. Mend the experiment."
        ) from error
