"""Jobs: what became of an accepted write."""
