"""Parameters of a URL."""

from __future__ import annotations

from collections.abc import Mapping

from multidict import MultiMapping

from reference_service.errors import InvalidInputError


def single(parameters: MultiMapping[str]) -> Mapping[str, str]:
    """Each with its value. Raises InvalidInputError for one that is given twice: which is meant?"""
    found: dict[str, str] = {}
    for name, value in parameters.items():
        if name in found:
            raise InvalidInputError(name, "give it once")
        found[name] = value
    return found
