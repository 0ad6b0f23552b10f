"""Curves of every kind, made as a scenario makes them, for Hypothesis and for fits."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st
from pydantic import TypeAdapter

from loadtests.arrivals import Flat
from loadtests.arrivals.curve import RateCurve
from loadtests.arrivals.profile import Profile
from loadtests.arrivals.replay import Replayed

_ADAPTER: TypeAdapter[Profile] = TypeAdapter(Profile)

Written = Mapping[str, Any]  # a profile as it stands in YAML


def profile(**written: Any) -> Profile:
    """As a scenario would read it."""
    return _ADAPTER.validate_python(written)


def curve(tenants: int | None = None, **written: Any) -> RateCurve:
    """The rate over time of a profile as it is written."""
    return profile(**written).curve(tenants)


RAMP: Written = {"kind": "ramp", "from_per_s": 20, "to_per_s": 400, "over_s": 60}
STEPS: Written = {
    "kind": "steps",
    "steps": [{"rate_per_s": rate, "for_s": 10} for rate in (50, 0, 200, 20)],
}
SPIKE: Written = {
    "kind": "spike",
    "base_per_s": 40,
    "peak_per_s": 900,
    "at_s": 15,
    "rise_s": 2,
    "hold_s": 5,
    "fall_s": 8,
}
SINE: Written = {"kind": "sine", "mean_per_s": 150, "amplitude_per_s": 150, "period_s": 40, "phase_s": 30}
BURSTS: Written = {"kind": "bursts", "every_s": 10, "size": 500, "within_s": 2, "base_per_s": 30}
HERD: Written = {"kind": "bursts", "every_s": 10, "size": 500, "base_per_s": 30}

SMOOTH: Mapping[str, RateCurve] = {
    "flat": Flat(200.0),
    "ramp": curve(**RAMP),
    "steps": curve(**STEPS),
    "spike": curve(**SPIKE),
    "sine": curve(**SINE),
    "bursts": curve(**BURSTS),
}
"""Those that expect nothing at one instant."""
ALL: Mapping[str, RateCurve] = {
    **SMOOTH,
    "herd": curve(**HERD),
    "replay": Replayed(np.array([0.0, 0.0, 0.5, 2.0, 7.25]), np.inf),
    "replay again and again": Replayed(np.array([0.0, 0.0, 0.5, 2.0, 7.25]), 9.0625),
}

_rates = st.one_of(st.just(0.0), st.floats(0.01, 500))
_above = st.floats(0.1, 500)
_times = st.floats(0.01, 20)

profiles: st.SearchStrategy[Written] = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("ramp"), "from_per_s": _rates, "to_per_s": _above, "over_s": _times}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("steps"),
            "steps": st.lists(
                st.fixed_dictionaries({"rate_per_s": _rates, "for_s": _times}), min_size=1, max_size=5
            ),
        }
    ),
    st.builds(
        lambda base, more, **rest: {"kind": "spike", "base_per_s": base, "peak_per_s": base + more, **rest},
        base=_rates,
        more=_above,
        at_s=_times,
        rise_s=_times,
        hold_s=_times,
        fall_s=_times,
    ),
    st.builds(
        lambda mean, part, **rest: {
            "kind": "sine",
            "mean_per_s": mean,
            "amplitude_per_s": mean * part,
            **rest,
        },
        mean=_above,
        part=st.floats(0, 1),
        period_s=_times,
        phase_s=st.floats(-50, 50),
    ),
    st.builds(
        lambda every_s, part, **rest: {
            "kind": "bursts",
            "every_s": every_s,
            "within_s": every_s * part,
            **rest,
        },
        every_s=_times,
        part=st.sampled_from([0.0, 0.3, 1.0]),
        size=st.integers(1, 200),
        base_per_s=_rates,
    ),
)
"""As they stand in YAML."""
