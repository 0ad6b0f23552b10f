"""Which steps lack evidence: targets that come, go, flap, or are known to be down."""

import json

import numpy as np
import pytest

from slo.prometheus.answers import Labels
from slo.prometheus.api import Api, Ask, Grid
from slo.prometheus.scrapes import Scrapes

STEPS = 8


def lacking(scraped: dict[str, str], down: dict[str, str] | None = None, *, split: int = STEPS) -> str:
    """`x` where evidence is lacking; of each instance, `x` where it was scraped, or known to be down."""
    scrapes = Scrapes()
    for first in range(0, STEPS, split):
        count = min(split, STEPS - first)
        grid = Grid(first * 60, 60, count + 1)
        scrapes.look(Api(answering(scraped, down or {})), grid, "a_total", {})
    return "".join("x" if one else "." for one in scrapes.lacking(STEPS))


def answering(scraped: dict[str, str], down: dict[str, str]) -> Ask:
    """A server that knows this."""

    def ask(path: str, parameters: dict[str, str]) -> bytes:
        known = down if "(up[" in parameters["query"] else scraped
        first, last = int(parameters["start"]) // 60, int(parameters["end"]) // 60
        result = [
            {
                "metric": {"job": "shop", "instance": instance},
                "values": [[at * 60, "1"] for at in range(max(first, 1), last + 1) if marks[at - 1] == "x"],
            }
            for instance, marks in known.items()
        ]
        matrix = {"resultType": "matrix", "result": [one for one in result if one["values"]]}
        return json.dumps({"status": "success", "data": matrix}).encode()

    return ask


@pytest.mark.parametrize("split", [STEPS, 3, 1])
@pytest.mark.parametrize(
    ("scraped", "down", "expected"),
    [
        ({"a": "xxxxxxxx"}, {}, "........"),
        ({"a": "xxx..xxx"}, {}, "...xx..."),
        ({"a": "..xxxx.."}, {}, "xx....xx"),
        ({}, {}, "xxxxxxxx"),
        # One of a fleet may come and go; it may not be away in between.
        ({"a": "xxxxxxxx", "b": "..xxxx.."}, {}, "........"),
        ({"a": "xxxxxxxx", "b": "..x.xx.."}, {}, "...x...."),
        # Gone, but still to be scraped: it is down, and not away.
        ({"a": "xxxxxxxx", "b": "..xxxx.."}, {"b": "......xx"}, "......xx"),
        # A target of another service may be down as it likes.
        ({"a": "xxxxxxxx"}, {"c": "xxxxxxxx"}, "........"),
        # One process after another.
        ({"a": "xxxx....", "b": "....xxxx"}, {}, "........"),
        ({"a": "xxx.....", "b": "....xxxx"}, {}, "...x...."),
    ],
)
def test_a_step_without_a_scrape_that_should_have_been_lacks_evidence(
    scraped: dict[str, str], down: dict[str, str], expected: str, split: int
) -> None:
    assert lacking(scraped, down, split=split) == expected


def test_where_samples_cannot_be_counted_values_tell() -> None:
    scrapes = Scrapes()
    target: Labels = (("instance", "a"),)
    seen = {target: np.array([True, True, False, True])}
    scrapes.look(Api(answering({}, {})), Grid(0, 60, 4), "a_seconds", seen)
    assert scrapes.lacking(3).tolist() == [False, True, False]
    scrapes.doubt(Grid(0, 60, 4))
    assert scrapes.lacking(3).all()
