"""What a run gives away, one rule a file."""
