"""What the generator measures of itself while it runs: one measure a file."""
