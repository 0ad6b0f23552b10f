"""What a client can ask of the target: one operation a file."""
