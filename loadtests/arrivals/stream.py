"""The arrivals of one persona.

Each persona draws from a bit generator of its own (PCG64, seeded by a SeedSequence whose spawn key is the
SHA-256 of the persona's name), so that changing or adding one persona leaves the others' instants as they
are.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from loadtests.arrivals.curve import NS_PER_S, Instants, RateCurve, exact
from loadtests.arrivals.process import ArrivalProcess, instant_chunks


@dataclass(frozen=True, slots=True)
class ArrivalStream:
    """A process on the curve of a rate."""

    persona: str
    process: ArrivalProcess
    curve: RateCurve
    at_most: int | None = None
    """It ends after so many; None for the duration alone."""


def offsets_ns(stream: ArrivalStream, duration_s: float, seed: int) -> Iterator[int]:
    """The intended instants of one persona, from the start of the load, in order."""
    for chunk in offset_chunks(stream, duration_s, seed):
        yield from chunk.tolist()


def offset_chunks(stream: ArrivalStream, duration_s: float, seed: int) -> Iterator[Instants]:
    """The same, drawn chunk by chunk as they are asked for; no chunk is empty."""
    duration_ns = int(exact(duration_s) * NS_PER_S)
    left = stream.at_most
    for chunk in instant_chunks(stream.process, stream.curve, _generator(stream.persona, seed)):
        within = int(np.searchsorted(chunk[:left], duration_ns))
        if within:
            yield chunk[:within]
        if within < len(chunk):
            return
        left = None if left is None else left - within


def _generator(persona: str, seed: int) -> np.random.Generator:
    digest = hashlib.sha256(persona.encode()).digest()
    spawn_key = tuple(int.from_bytes(digest[start : start + 4], "big") for start in range(0, 32, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=spawn_key)))
