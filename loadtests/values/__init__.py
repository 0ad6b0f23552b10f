"""What the names in templates stand for: a value each, the same throughout an arrival."""
