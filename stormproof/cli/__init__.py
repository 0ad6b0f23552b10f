"""The commands: what people type, one group a file."""
