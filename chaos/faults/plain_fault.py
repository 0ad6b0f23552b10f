"""What most faults have in common."""

from collections.abc import Mapping
from dataclasses import fields

from pydantic import JsonValue


class FieldParameters:
    """Base of frozen dataclasses whose fields are the parameters of a fault."""

    __slots__ = ()

    def parameters(self) -> Mapping[str, JsonValue]:
        """Its fields."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


class PlainFault(FieldParameters):
    """And whose undo is the same whatever was before."""

    __slots__ = ()

    def remember(self, target: object) -> Mapping[str, str]:  # noqa: ARG002 -- the protocol's signature
        """Nothing."""
        return {}
