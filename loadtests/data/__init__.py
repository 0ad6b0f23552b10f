"""Data of requests from CSV files: which row goes with which arrival."""
