"""Judging that nothing but what is allowed happened."""

from collections.abc import Iterable, Mapping

from slo.contract.judged import Judged


def judge_only[W: (int, str)](allowed: Iterable[W], seen: Mapping[W, int], needs: str) -> Judged:
    """PROVED where all of what was seen is allowed, VIOLATED where one thing is not; with nothing seen,
    NOT EXERCISED.
    """
    total = sum(seen.values())
    if not total:
        return Judged.not_exercised("nothing", 0, needs)
    permitted = set(allowed)
    told = ", ".join(f"{word}: {count:,}" for word, count in _most_first(seen))
    if any(count and word not in permitted for word, count in seen.items()):
        return Judged.violated(told, total)
    return Judged.proved(told, total)


def _most_first[W: (int, str)](seen: Mapping[W, int]) -> list[tuple[W, int]]:
    return sorted(seen.items(), key=lambda one: (-one[1], str(one[0])))
