"""What may happen to a process, one fault a file."""
