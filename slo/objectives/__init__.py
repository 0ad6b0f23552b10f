"""The objectives of the reference service, one OpenSLO file each; figures are the analysis's, section 7.2."""

from pathlib import Path

SHIPPED_OBJECTIVES = Path(__file__).parent
"""The folder of the shipped files, for `slo.objective.read_objectives`."""
