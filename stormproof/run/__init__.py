"""The run of a plan, from healing what was left to the reports: one step a file."""
