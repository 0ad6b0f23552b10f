"""OpenSLO v1, whole: https://github.com/OpenSLO/OpenSLO. Shapes of its documents, and objectives made of
them.

The door is `slo.objective.read_objectives`.
"""
