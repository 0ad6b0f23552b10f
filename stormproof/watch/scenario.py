"""What is asked where nothing else is said."""

from pathlib import Path

import loadtests


def synthetic_scenario() -> Path:
    """One probe of each operation of the reference service every 30 s."""
    return Path(loadtests.__file__).parent / "scenarios/synthetic.yaml"
