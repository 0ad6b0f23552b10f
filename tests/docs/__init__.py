"""The pages of docs/: what they say is done, and what they name is there."""
