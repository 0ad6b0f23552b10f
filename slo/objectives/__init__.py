"""The objectives of the reference service as OpenSLO files; figures are the analysis's.

Here: the tiers (section 7.2), which a game day is judged by. In folders of their own: `operations`, each
operation within its limit (7.3); `thresholds`, those of monitoring (4.4); `data`, how old, how safe and how
soon found data are (1.1, 4.4, 6.4); `recovery`, recovery objectives (6.3, 6.4).
"""

from pathlib import Path

SHIPPED_OBJECTIVES = Path(__file__).parent
"""The folder of the shipped files, for `slo.objective.read_objectives`."""
OPERATION_OBJECTIVES = SHIPPED_OBJECTIVES / "operations"
THRESHOLD_OBJECTIVES = SHIPPED_OBJECTIVES / "thresholds"
DATA_OBJECTIVES = SHIPPED_OBJECTIVES / "data"
RECOVERY_OBJECTIVES = SHIPPED_OBJECTIVES / "recovery"
"""For `slo.recovery_objective.read_recovery_objectives`."""
