"""How users came through each fault: when they felt it, how deep it went, and when they were back.

The door: `slo.recovery.faults.fault_recoveries`. Change points are found in `slo.recovery.segments`.
"""
