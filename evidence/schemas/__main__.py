"""Writes the JSON Schemas again."""

from evidence.schemas import SCHEMAS_DIR, render_schemas

for file_name, content in render_schemas().items():
    (SCHEMAS_DIR / file_name).write_bytes(content)
