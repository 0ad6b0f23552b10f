"""What a fault may act on, one kind a file; each is written to `undo.jsonl` with all that undoing needs."""
