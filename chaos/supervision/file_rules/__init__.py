"""What an experiment's file alone gives away, one rule a file."""
