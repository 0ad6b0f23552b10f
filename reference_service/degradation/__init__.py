"""What each operation does without each dependency: one table, which the code executes and the docs print."""

from reference_service.degradation.table import DegradationTable, TableError, load_table

__all__ = ["DegradationTable", "TableError", "load_table"]
