"""A month as people read it: terminal, HTML, Markdown, CSV; JSON is its record. Nothing is decided here."""
