"""Whose turn it is: smooth weighted round robin, as nginx does it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rotation:
    """Shares by upstream, relative to each other; 0 takes one out. In any stretch each gets its share, evenly
    spread.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    _credit: dict[str, float] = field(default_factory=dict)

    def change(self, shares: Mapping[str, float]) -> None:
        """From the next request on."""
        self.shares = dict(shares)
        self._credit = {name: self._credit.get(name, 0.0) for name in shares}

    def next(self, among: Collection[str]) -> str | None:
        """Of those that are `among` and have a share; None when there is none."""
        usable = {name: share for name, share in self.shares.items() if share > 0 and name in among}
        if not usable:
            return None
        for name, share in usable.items():
            self._credit[name] = self._credit.get(name, 0.0) + share
        chosen = max(usable, key=lambda name: self._credit[name])
        self._credit[chosen] -= sum(usable.values())
        return chosen
