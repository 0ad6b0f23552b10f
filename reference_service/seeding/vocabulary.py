"""A language made up for the corpus: pronounceable words, the common ones short, used as Zipf's law says."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
)
NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
CODAS = ("", "", "", "n", "r", "s", "l", "m", "nd", "st", "rt")
SIZE = 8000
# Zipf's law as Mandelbrot corrected it for the commonest words; both figures are close to those of English.
EXPONENT = 1.05
SHIFT = 2.7


@dataclass(frozen=True)
class Vocabulary:
    """Words, the most common first, with the sums of their weights for sampling."""

    words: tuple[str, ...]
    cumulative_weights: tuple[float, ...]

    def sample(self, source: random.Random, number: int) -> list[str]:
        """`number` words as a text would use them."""
        return source.choices(self.words, cum_weights=self.cumulative_weights, k=number)


def make_vocabulary(seed: int, size: int = SIZE) -> Vocabulary:
    """The same words in the same order for the same seed."""
    source = random.Random(f"vocabulary {seed}")  # noqa: S311 - reproducible on purpose, nothing secret
    words: dict[str, None] = {}
    while len(words) < size:
        # Later, rarer words are longer: one syllable for the first hundred, up to four at the end.
        syllables = 1 + (len(words) > 100) + (len(words) > 1500) * source.randint(0, 1) + (len(words) > 4000)
        words["".join(_syllable(source) for _ in range(syllables))] = None
    weights = (1 / (rank + SHIFT) ** EXPONENT for rank in range(1, size + 1))
    return Vocabulary(tuple(words), tuple(itertools.accumulate(weights)))


def _syllable(source: random.Random) -> str:
    return source.choice(ONSETS) + source.choice(NUCLEI) + source.choice(CODAS)
