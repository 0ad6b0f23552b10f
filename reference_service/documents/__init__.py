"""Documents: what they look like, and where one is read from on a good and on a bad day."""
